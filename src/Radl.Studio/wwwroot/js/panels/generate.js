// @ts-check
import { announce, byId, el } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';
import { cancel, submit, track } from '../server/jobs.js';
import { getJson, Problem } from '../server/api.js';
import { clearErrors, guarded, notify, report } from '../server/errors.js';
import { change, drawSeed } from './settings.js';
import { showResult } from './result.js';
import { offerTab } from './tabs.js';
import { refresh } from './gallery.js';

/** @typedef {import('../core/types.js').Job} Job */

/** Time as people say it. @param {number} seconds */
export const duration = seconds => (seconds < 60 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`);

/** Where a job stands, in words. @param {Job} job */
export function standing(job) {
  if (job.cancelling) return 'Cancelling';
  if (job.state === 'queued') return job.position > 1 ? `Waiting, number ${job.position} in the queue` : 'Waiting, next in the queue';
  if (job.step === 0) return 'Starting';
  const left = job.secondsLeft === null || job.step >= job.total ? '' : ` · ${duration(job.secondsLeft)} left`;
  return `Step ${job.step} of ${job.total}${left}`;
}

/** Sends the scene as it stands. */
export async function generate() {
  clearErrors();
  const { settings } = get();
  if (!settings.seedLocked || settings.seed === null) change({ seed: drawSeed() });
  const { scene, settings: used } = get();
  const button = byId('generate');
  button.disabled = true;
  const free = () => { button.disabled = false; };
  try {
    const title = scene.prompt.trim() || 'Picture';
    const job = await submit(scene, used, { title, accepted: free, saw: progress });
    ended(job);
  } catch (error) {
    report(error, byId('go-error'));
  } finally {
    free();
  }
}

/** @param {Job} job */
function progress(job) {
  // The job that is furthest shows its preview.
  if (job.preview && get().jobs[0]?.id === job.id) set({ preview: job.preview });
}

/** @param {Job} job */
function ended(job) {
  set({ preview: null });
  if (job.state === 'done' && job.generation) {
    showResult(job.generation, 0, offerTab);
    announce(`The picture is done after ${duration(job.generation.seconds ?? 0)}`);
    guarded(refresh);
  } else if (job.state === 'failed') {
    notify(job.error, 'error');
  } else {
    announce('Cancelled');
  }
}

/** Cancels the job that is furthest. @returns {boolean} whether there was one */
export function cancelFirst() {
  const job = get().jobs.find(one => !one.cancelling);
  if (job) guarded(() => cancel(job.id));
  return Boolean(job);
}

/** Rows on the page, by job id. @type {Map<string, {root: HTMLElement, bar: HTMLProgressElement, text: HTMLElement, button: HTMLButtonElement}>} */
const rows = new Map();

/** @param {Job} job */
function drawJob(job) {
  let row = rows.get(job.id);
  if (!row) {
    const bar = el('progress', { max: 1, 'aria-label': `Progress of ${job.title}` });
    const text = el('span', { class: 'job-text' });
    const button = el('button', { type: 'button', class: 'button small', 'aria-label': `Cancel ${job.title}`, click: () => guarded(() => cancel(job.id)) }, 'Cancel');
    row = { bar, text, button, root: el('li', { class: 'job' }, el('div', { class: 'row' }, el('div', { class: 'job-names' }, el('span', { class: 'job-title', title: job.title }, job.title), text), button), bar) };
    rows.set(job.id, row);
  }
  row.bar.max = job.total || 1;
  row.bar.value = job.step;
  row.text.textContent = standing(job);
  row.button.disabled = job.cancelling;
  return row.root;
}

const OWN = 'radl.jobs';

/** Takes up a job of this tab from before a reload. @param {string} id */
async function resume(id) {
  let generation;
  try {
    generation = await getJson(`/api/generations/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return; // removed meanwhile
    throw error;
  }
  if (generation.state === 'queued' || generation.state === 'running') ended(await track(generation, generation.scene.prompt.trim() || 'Picture', progress));
  else if (generation.state === 'done') showResult(generation);
}

export function startGenerate() {
  for (const id of JSON.parse(sessionStorage.getItem(OWN) ?? '[]')) guarded(() => resume(id));
  byId('generate').addEventListener('click', generate);
  watch(['jobs'], ({ jobs }) => {
    sessionStorage.setItem(OWN, JSON.stringify(jobs.map(job => job.id)));
    const list = byId('jobs');
    for (const [id, row] of rows) {
      if (jobs.some(one => one.id === id)) continue;
      row.root.remove();
      rows.delete(id);
    }
    jobs.forEach((job, i) => {
      const row = drawJob(job);
      if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
    });
    const running = jobs.filter(one => one.state === 'running').length;
    byId('server').textContent = jobs.length ? `${running ? 'Drawing' : 'Waiting'}${jobs.length > 1 ? ` · ${jobs.length - running} waiting` : ''}` : '';
    byId('stage').classList.toggle('busy', running > 0);
  });
}
