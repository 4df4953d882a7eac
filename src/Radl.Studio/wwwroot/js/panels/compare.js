// @ts-check
import { byId, el, svg } from '../core/dom.js';
import { get } from '../core/store.js';
import { getJson, Problem, shown } from '../server/api.js';
import { cancel, submit } from '../server/jobs.js';
import { clearErrors, guarded, report } from '../server/errors.js';
import { change, drawSeed, methodsNow } from './settings.js';
import { standing } from './generate.js';
import { showResult } from './result.js';
import { refresh } from './gallery.js';

/** Jobs of the comparison that have not ended. @type {Set<string>} */
const open = new Set();

/** Opens the comparison with the methods of the chosen model: the chosen one, those with an adapter, and the prompt alone. */
export function openCompare() {
  const { method } = get().settings;
  byId('compare-methods').replaceChildren(...methodsNow().map(one => el('label', { class: 'check', title: one.description },
    el('input', { type: 'checkbox', value: one.name, checked: one.name === method || one.needs_adapter || one.name === 'sd' }), el('span', {}, one.title))));
  byId('compare').showModal();
}

/** Draws the scene once by each chosen method, with one seed. */
async function run() {
  clearErrors();
  /** @type {string[]} */
  const names = [...byId('compare-methods').querySelectorAll('input:checked')].map(one => one.value);
  const note = byId('compare-note');
  if (!names.length) {
    note.textContent = 'Choose at least one method.';
    return;
  }
  const seed = get().settings.seed ?? drawSeed();
  change({ seed, seedLocked: true });
  const { scene, settings } = get();
  note.textContent = `Seed ${seed}, ${settings.steps} steps.`;
  byId('compare-run').disabled = true;
  const figures = names.map(name => figure(scene, get().methods.find(one => one.name === name)));
  byId('compare-grid').replaceChildren(...figures.map(one => one.root));
  await Promise.all(figures.map((one, i) => one.draw({ ...settings, method: names[i], seed, count: 1, maps: settings.maps && get().methods.find(m => m.name === names[i])?.attention_maps !== false })));
  byId('compare-run').disabled = false;
  guarded(refresh);
}

/** @param {import('../core/types.js').Scene} scene @param {any} method */
function figure(scene, method) {
  const picture = el('img', { alt: '', hidden: true });
  const bar = el('progress', { max: 1, value: 0, 'aria-label': `Progress of ${method.title}` });
  const text = el('span', { class: 'value' }, 'Waiting');
  const boxes = svg('svg', { class: 'compare-boxes', viewBox: '0 0 100 100', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...scene.instances.map(({ box, color }) => svg('rect', { x: box[0] * 100, y: box[1] * 100, width: (box[2] - box[0]) * 100, height: (box[3] - box[1]) * 100, stroke: color })));
  const frame = el('div', { class: 'compare-frame' }, picture, boxes);
  frame.style.aspectRatio = `${scene.width} / ${scene.height}`;
  const use = el('button', { type: 'button', class: 'button small', hidden: true }, 'Open');
  const root = el('figure', { 'data-method': method.name }, frame, el('figcaption', {}, el('div', { class: 'row' }, el('strong', {}, method.title), el('span', { class: 'fill' }), use), text, bar));

  /** @param {import('../core/types.js').Settings} settings */
  const draw = async settings => {
    let id = '';
    try {
      const job = await submit(scene, settings, {
        title: method.title,
        accepted: given => open.add(id = given),
        saw: now => {
          text.textContent = standing(now);
          [bar.max, bar.value] = [now.total || 1, now.step];
          if (now.preview) [picture.src, picture.hidden] = [now.preview, false];
        },
      });
      bar.hidden = true;
      if (job.state !== 'done' || !job.generation?.images?.length) {
        text.textContent = job.state === 'failed' ? job.error : 'Cancelled';
        return;
      }
      const { generation } = job;
      picture.src = await shown(job.generation.images[0].url);
      [picture.hidden, picture.alt] = [false, `Picture by ${method.title}`];
      text.textContent = [`${generation.seconds?.toFixed(1)} s`, await overlap(generation.id)].filter(Boolean).join(' · ');
      use.hidden = false;
      use.addEventListener('click', () => {
        byId('compare').close();
        showResult(generation);
      });
    } catch (error) {
      bar.hidden = true;
      text.textContent = error instanceof Error ? error.message : '';
      report(error, text);
    } finally {
      open.delete(id);
    }
  };
  return { root, draw };
}

/** Mean overlap of what was found with what was asked for, in words; empty without a detector. @param {string} id */
async function overlap(id) {
  try {
    const { instances } = await getJson(`/api/generations/${id}/detections?index=0`);
    return instances.length ? `mean IoU ${(instances.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + (one.box ? one.iou : 0), 0) / instances.length).toFixed(2)}` : '';
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return '';
    throw error;
  }
}

export function startCompare() {
  byId('compare-open').addEventListener('click', openCompare);
  byId('compare-run').addEventListener('click', () => guarded(run));
  byId('compare-boxes').addEventListener('change', () => byId('compare-grid').classList.toggle('bare', !byId('compare-boxes').checked));
  byId('compare').addEventListener('close', () => {
    for (const id of open) guarded(() => cancel(id));
  });
}
