// @ts-check
import { byId, el } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';

/** From nothing over violet and orange to light yellow: darker is less. */
const RAMP = [[20, 10, 50, 0], [88, 22, 110, 120], [187, 55, 84, 190], [249, 142, 9, 225], [252, 255, 190, 245]];

/** @param {number} value 0 to 1 @returns {number[]} red, green, blue, alpha */
export function heat(value) {
  const at = Math.min(1, Math.max(0, value)) * (RAMP.length - 1);
  const low = Math.min(RAMP.length - 2, Math.floor(at));
  return RAMP[low].map((part, i) => part + (RAMP[low + 1][i] - part) * (at - low));
}

/** Draws the chosen map at the chosen step over the picture; the browser smooths it. */
function draw() {
  const { maps, map, result } = get();
  const canvas = byId('heat');
  const chosen = maps?.maps[map.map];
  canvas.hidden = !chosen || !result;
  if (!chosen || !maps) return;
  const values = chosen.values[Math.min(map.step, chosen.values.length - 1)];
  const most = Math.max(...values, 1e-9);
  [canvas.width, canvas.height] = [chosen.width, chosen.height];
  const pixels = new ImageData(chosen.width, chosen.height);
  values.forEach((value, i) => pixels.data.set(heat(value / most), i * 4));
  canvas.getContext('2d').putImageData(pixels, 0, 0);
  canvas.style.opacity = String(map.opacity / 100);
}

export function startMaps() {
  byId('map-step').addEventListener('input', () => set({ map: { ...get().map, step: Number(byId('map-step').value) } }));
  byId('map-opacity').addEventListener('input', () => set({ map: { ...get().map, opacity: Number(byId('map-opacity').value) } }));
  watch(['maps', 'map', 'result'], ({ maps, map }) => {
    byId('attention').hidden = !maps?.maps.length;
    if (maps?.maps.length) {
      const box = byId('map-names');
      const focused = [...box.children].indexOf(document.activeElement);
      box.replaceChildren(...maps.maps.map((one, i) => el('button', {
        type: 'button', class: one.kind === 'verb' ? 'chip acts' : 'chip', 'aria-pressed': i === map.map,
        click: () => set({ map: { ...get().map, map: get().map.map === i ? -1 : i } }),
      }, one.name)));
      if (focused >= 0) box.children[focused]?.focus();
      byId('map-step').max = maps.steps.length - 1;
      byId('map-step').value = map.step;
      byId('map-step').setAttribute('aria-valuetext', `step ${maps.steps[map.step]}`);
      byId('map-step-value').textContent = String(maps.steps[map.step] ?? '');
      byId('map-opacity').value = map.opacity;
    }
    draw();
  });
}
