// @ts-check
import { get, set } from '../core/store.js';
import { announce } from '../core/dom.js';
import { call, getJson } from './api.js';
import { follow } from './events.js';
import { settingsJson, toJson } from '../core/scenefile.js';

/** @typedef {import('../core/types.js').Job} Job @typedef {import('../core/types.js').Settings} Settings */

/** @param {string} id @param {Partial<Job>} part */
const change = (id, part) => set({ jobs: get().jobs.map(one => (one.id === id ? { ...one, ...part } : one)) });

/** @param {any} error */
const text = error => (typeof error === 'string' ? error : error?.detail ?? error?.title ?? 'The picture could not be made.');

/**
 * Sends a scene and follows its job to the end. The job stands in state.jobs until then.
 * @param {import('../core/types.js').Scene} scene @param {Settings} settings
 * @param {{title?: string, saw?: (job: Job) => void, accepted?: (id: string) => void}} [watch] saw is called at every event
 * @returns {Promise<Job>} the ended job
 */
export async function submit(scene, settings, { title = '', saw, accepted } = {}) {
  const generation = await getJson('/api/generations', { method: 'POST', json: { scene: await toJson(scene), settings: settingsJson(settings) } });
  accepted?.(generation.id);
  return track(generation, title, saw);
}

/** Follows a job that the server already has. @param {import('../core/types.js').Generation} generation @param {string} title @param {(job: Job) => void} [saw] @returns {Promise<Job>} */
export async function track(generation, title, saw) {
  /** @type {Job} */
  let job = {
    id: generation.id, state: generation.state === 'running' ? 'running' : 'queued', position: generation.position ?? 0,
    step: generation.step ?? 0, total: generation.total ?? generation.settings.steps, secondsLeft: generation.seconds_left ?? null,
    preview: null, error: '', title, generation: null, cancelling: false,
  };
  set({ jobs: [...get().jobs, job] });
  /** @param {Partial<Job>} part */
  const now = part => {
    job = { ...(get().jobs.find(one => one.id === job.id) ?? job), ...part };
    change(job.id, part);
    saw?.(job);
  };
  await follow(job.id, (type, data) => {
    if (type === 'queued') now({ state: 'queued', position: data.position ?? 0 });
    else if (type === 'started') now({ state: 'running' });
    else if (type === 'step') now({ state: 'running', step: data.step, total: data.total, secondsLeft: data.seconds_left ?? null, preview: data.preview ?? job.preview });
    else if (type === 'done') now({ state: 'done', generation: data.generation ?? data });
    else if (type === 'failed') now({ state: 'failed', error: text(data.error ?? data) });
    else if (type === 'cancelled') now({ state: 'cancelled' });
  });
  set({ jobs: get().jobs.filter(one => one.id !== job.id) });
  return job;
}

/** Asks the server to end a job; its stream says when it has. @param {string} id */
export async function cancel(id) {
  change(id, { cancelling: true });
  announce('Cancelling');
  await call(`/api/generations/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
