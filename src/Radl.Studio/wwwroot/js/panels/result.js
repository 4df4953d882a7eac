// @ts-check
import { byId, el } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';
import { getJson, Problem, shown } from '../server/api.js';
import { guarded } from '../server/errors.js';
import { change } from './settings.js';
import { openTab } from './tabs.js';

/** @typedef {import('../core/types.js').Generation} Generation */

/** Addresses that img can show, by address of the API. @type {Map<string, string>} */
const addresses = new Map();

/** @param {string} url */
async function addressOf(url) {
  const known = addresses.get(url);
  if (known) return known;
  const address = await shown(url);
  addresses.set(url, address);
  return address;
}

/** Shows a finished run on the canvas and in the inspector. @param {Generation} generation @param {number} [index] @param {(name: string) => void} [open] how its tab comes to the front */
export function showResult(generation, index = 0, open = openTab) {
  const { show } = get();
  set({ result: generation, resultIndex: index, found: null, maps: null, map: { ...get().map, of: '', step: 0 }, show: { ...show, picture: true } });
  open('result');
  guarded(() => detections(generation, index));
  if (generation.has_maps) guarded(async () => {
    const maps = await getJson(`/api/generations/${generation.id}/maps`);
    if (get().result === generation) set({ maps, map: { ...get().map, step: maps.steps.length - 1 } });
  });
}

/** @param {Generation} generation @param {number} index */
async function detections(generation, index) {
  try {
    const found = await getJson(`/api/generations/${generation.id}/detections?index=${index}`);
    if (get().result === generation && get().resultIndex === index) set({ found });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 404)) throw error; // this model has no detector
  }
}

async function drawPicture() {
  const { result, resultIndex, preview, show } = get();
  const picture = byId('picture');
  const image = result?.images?.[resultIndex];
  const address = preview ?? (image ? await addressOf(image.url) : '');
  const now = get();
  if (preview !== now.preview || result !== now.result || resultIndex !== now.resultIndex) return;
  picture.hidden = !address || !show.picture;
  picture.classList.toggle('preview', Boolean(preview));
  picture.dataset.generation = preview ? '' : result?.id ?? '';
  picture.alt = preview ? 'Preview of the picture that is being drawn' : image ? `Picture: ${result?.scene.prompt}` : '';
  if (address && picture.getAttribute('src') !== address) picture.src = address;
}

async function drawThumbs() {
  const { result, resultIndex } = get();
  const images = result?.images ?? [];
  const all = await Promise.all(images.map(async image => ({ image, address: await addressOf(image.url) })));
  if (result !== get().result || resultIndex !== get().resultIndex) return;
  const box = byId('result-pictures');
  box.hidden = all.length < 2;
  box.replaceChildren(...all.map(({ image, address }) => el('button', {
    type: 'button', class: 'thumb', 'aria-pressed': image.index === resultIndex, 'aria-label': `Picture ${image.index + 1}, seed ${image.seed}`,
    click: () => result && showResult(result, image.index),
  }, el('img', { src: address, alt: '' }))));
  const save = byId('result-save');
  const chosen = all[resultIndex];
  save.hidden = !chosen;
  if (!chosen) return;
  save.href = chosen.address;
  save.download = `${result?.id}-${chosen.image.seed}.png`;
}

/** What a picture was made of, as pairs. @param {Generation} result @param {number} index @returns {[string, string][]} */
function facts(result, index) {
  const { settings, images } = result;
  const method = get().methods.find(one => one.name === settings.method)?.title ?? settings.method;
  const controlled = settings.control_steps !== null && settings.control_steps !== undefined && settings.method !== 'sd' ? `, ${settings.control_steps} with control` : '';
  return [
    ['Method', method], ['Model', settings.model], ['Steps', `${settings.steps}${controlled}`], ['Guidance', String(settings.guidance)],
    ['Scheduler', settings.scheduler], ['Seed', String(images?.[index]?.seed ?? settings.seed)], ['Size', `${images?.[index]?.width ?? '?'} × ${images?.[index]?.height ?? '?'}`],
    ...(result.seconds ? [/** @type {[string, string]} */ (['Time', `${result.seconds.toFixed(1)} s`])] : []),
  ];
}

/** @param {boolean | null} ok @param {string} what */
const check = (ok, what) => (ok === null || ok === undefined ? '' : el('span', { class: ok ? 'yes' : 'no' }, `${ok ? '✓' : '✗'} ${what}`));

export function startResult() {
  byId('result-seed').addEventListener('click', () => {
    const { result, resultIndex } = get();
    change({ seed: result?.images?.[resultIndex]?.seed ?? result?.settings.seed ?? null, seedLocked: true });
    openTab('settings', true);
  });
  watch(['result', 'resultIndex', 'preview', 'show'], () => guarded(drawPicture));
  watch(['result', 'resultIndex', 'methods'], ({ result, resultIndex }) => {
    byId('result').hidden = !result;
    byId('result-empty').hidden = Boolean(result);
    if (!result) return;
    byId('result-facts').replaceChildren(...facts(result, resultIndex).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
    byId('result-warnings').replaceChildren(...(result.warnings ?? []).map(text => el('li', {}, text)));
    guarded(drawThumbs);
  });
  watch(['found'], ({ found }) => {
    byId('found').hidden = !found;
    byId('found-list').replaceChildren(...(found?.instances ?? []).map(one => {
      const meter = el('meter', { min: 0, max: 1, low: 0.5, high: 0.7, optimum: 1, value: one.box ? one.iou : 0, 'aria-label': `Overlap of ${one.label} with its box` });
      return el('li', {}, el('div', { class: 'row' }, el('span', { class: 'found-name' }, `${one.index + 1}  ${one.label}`), el('span', { class: 'value' }, one.box ? `IoU ${one.iou.toFixed(2)}` : 'not found')), meter,
        el('div', { class: 'checks' }, check(one.category_ok, 'category'), check(one.color_ok, 'colour'), check(one.pattern_ok, 'pattern')));
    }));
  });
}
