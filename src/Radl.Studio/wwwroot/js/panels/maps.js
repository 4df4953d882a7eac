// @ts-check
import { byId, el } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';

/** @typedef {import('../core/types.js').AttentionMap} AttentionMap */

/** From nothing over violet and orange to light yellow: darker is less. */
const RAMP = [[20, 10, 50, 0], [88, 22, 110, 120], [187, 55, 84, 190], [249, 142, 9, 225], [252, 255, 190, 245]];

/** @param {number} value 0 to 1 @returns {number[]} red, green, blue, alpha */
export function heat(value) {
  const at = Math.min(1, Math.max(0, value)) * (RAMP.length - 1);
  const low = Math.min(RAMP.length - 2, Math.floor(at));
  return RAMP[low].map((part, i) => part + (RAMP[low + 1][i] - part) * (at - low));
}

/** @param {AttentionMap} map */
const key = map => `${map.kind} ${map.index}`;

/** What the slider shows where nothing was chosen yet. */
function firstKey() {
  const first = get().maps?.maps[0];
  return first ? key(first) : '';
}

/** The resolutions of the chosen instance or verb, coarse to fine. @returns {AttentionMap[]} */
const resolutions = () => get().maps?.maps.filter(one => key(one) === get().map.of) ?? [];

/** The map to show, or undefined. */
const chosen = () => resolutions()[Math.min(get().map.fine, resolutions().length - 1)];

/** Draws the chosen map at the chosen step over the picture; the browser smooths it. */
function draw() {
  const { map, result } = get();
  const canvas = byId('heat');
  const shown = chosen();
  canvas.hidden = !shown || !result;
  if (!shown) return;
  const values = shown.values[Math.min(map.step, shown.values.length - 1)];
  const most = Math.max(...values, 1e-9);
  [canvas.width, canvas.height] = [shown.width, shown.height];
  const pixels = new ImageData(shown.width, shown.height);
  values.forEach((value, i) => pixels.data.set(heat(value / most), i * 4));
  canvas.getContext('2d').putImageData(pixels, 0, 0);
  canvas.style.opacity = String(map.opacity / 100);
}

/** @param {Partial<import('../core/types.js').State['map']>} part */
const change = part => set({ map: { ...get().map, ...part } });

function drawChoices() {
  const { maps, map } = get();
  byId('attention').hidden = !maps?.maps.length;
  if (!maps?.maps.length) return;
  const box = byId('map-names');
  const focused = [...box.children].indexOf(document.activeElement);
  const names = [...new Map(maps.maps.map(one => [key(one), one])).values()];
  box.replaceChildren(...names.map(one => el('button', {
    type: 'button', class: one.kind === 'verb' ? 'chip acts' : 'chip', 'aria-pressed': key(one) === map.of,
    click: () => change({ of: map.of === key(one) ? '' : key(one) }),
  }, one.name)));
  if (focused >= 0) box.children[focused]?.focus();
  const sizes = resolutions();
  byId('map-fine-field').hidden = sizes.length < 2;
  byId('map-fine').replaceChildren(...sizes.map((one, i) => new Option(`${one.width} × ${one.height}`, String(i))));
  byId('map-fine').value = String(Math.min(map.fine, sizes.length - 1));
  const slider = byId('map-step');
  slider.max = maps.steps.length - 1;
  slider.value = map.step;
  slider.setAttribute('aria-valuetext', `step ${maps.steps[map.step]}`);
  byId('map-step-value').textContent = String(maps.steps[map.step] ?? '');
  byId('map-opacity').value = map.opacity;
}

export function startMaps() {
  byId('map-step').addEventListener('input', () => change({ step: Number(byId('map-step').value), of: get().map.of || firstKey() }));
  byId('map-opacity').addEventListener('input', () => change({ opacity: Number(byId('map-opacity').value) }));
  byId('map-fine').addEventListener('change', () => change({ fine: Number(byId('map-fine').value) }));
  watch(['maps', 'map', 'result'], () => {
    drawChoices();
    draw();
  });
}
