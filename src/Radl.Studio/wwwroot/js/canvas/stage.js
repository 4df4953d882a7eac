// @ts-check
import { byId, show } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';
import { clamp } from '../core/geometry.js';
import { commit } from '../core/history.js';

const MARGIN = 64;
const SHAPES = [['1 : 1', 1, 1], ['4 : 3', 4, 3], ['3 : 2', 3, 2], ['16 : 9', 16, 9], ['3 : 4', 3, 4], ['2 : 3', 2, 3], ['9 : 16', 9, 16]];

/** The canvas's size in CSS pixels. */
export function size() {
  const { scene } = get();
  const scale = zoom();
  return { w: scene.width * scale, h: scene.height * scale };
}

/** CSS pixels a picture pixel. */
export function zoom() {
  const { zoom: chosen, scene } = get();
  if (chosen !== 'fit') return chosen;
  const view = byId('viewport');
  return Math.max(0.1, Math.min((view.clientWidth - MARGIN) / scene.width, (view.clientHeight - MARGIN) / scene.height));
}

/** Where an event is, in fractions of the picture; may lie outside. @param {MouseEvent} event */
export function pointOf(event) {
  const area = byId('stage').getBoundingClientRect();
  return { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height };
}

/** Zooms by a factor; a point of the window stays where it is. @param {number} factor @param {{clientX: number, clientY: number}} [at] */
export function zoomBy(factor, at) {
  const view = byId('viewport');
  const { scene } = get();
  const next = clamp(zoom() * factor, 32 / Math.max(scene.width, scene.height), 32);
  const area = view.getBoundingClientRect();
  const [clientX, clientY] = at ? [at.clientX, at.clientY] : [area.left + area.width / 2, area.top + area.height / 2];
  const before = byId('stage').getBoundingClientRect();
  const [fx, fy] = [(clientX - before.left) / before.width, (clientY - before.top) / before.height];
  set({ zoom: next });
  layout();
  const after = byId('stage').getBoundingClientRect();
  view.scrollBy(after.left + fx * after.width - clientX, after.top + fy * after.height - clientY);
}

/** The whole canvas. */
export const zoomFit = () => set({ zoom: 'fit' });

function layout() {
  const { w, h } = size();
  const stage = byId('stage');
  stage.style.width = `${w}px`;
  stage.style.height = `${h}px`;
  byId('zoom-value').textContent = `${Math.round(zoom() * 100)} %`;
}

/** @param {number} value */
const side = value => clamp(Math.round(value / 8) * 8, 64, 2048);

/** @param {number} width @param {number} height */
const resize = (width, height) => commit('change size', scene => (scene.width === width && scene.height === height ? scene : { ...scene, width, height }));

/** @param {() => void} redraw draws what lies on the canvas anew */
export function startStage(redraw) {
  const view = byId('viewport');
  new ResizeObserver(() => { layout(); redraw(); }).observe(view);
  watch(['scene', 'zoom'], ({ scene }) => {
    layout();
    show(byId('width'), scene.width);
    show(byId('height'), scene.height);
    const shape = SHAPES.find(([, x, y]) => Math.abs(scene.width / scene.height - Number(x) / Number(y)) < 0.02);
    show(byId('shape'), shape ? shape[0] : '');
  });
  byId('shape').append(new Option('Free', ''), ...SHAPES.map(([name]) => new Option(String(name))));
  byId('shape').value = '1 : 1';
  byId('shape').addEventListener('change', () => {
    const shape = SHAPES.find(([name]) => name === byId('shape').value);
    if (!shape) return;
    // About the same area in exactly this shape.
    const { width, height } = get().scene;
    const [x, y] = [Number(shape[1]) * 8, Number(shape[2]) * 8];
    const least = Math.ceil(64 / Math.min(x, y));
    const most = Math.floor(2048 / Math.max(x, y));
    const times = clamp(Math.round(Math.sqrt((width * height) / (x * y))), least, most);
    resize(times * x, times * y);
  });
  for (const id of ['width', 'height']) {
    byId(id).addEventListener('change', () => {
      const next = { width: side(Number(byId('width').value) || 128), height: side(Number(byId('height').value) || 128) };
      byId(id).value = id === 'width' ? next.width : next.height;
      resize(next.width, next.height);
    });
  }
  byId('zoom-in').addEventListener('click', () => zoomBy(1.25));
  byId('zoom-out').addEventListener('click', () => zoomBy(0.8));
  byId('zoom-fit').addEventListener('click', zoomFit);
  view.addEventListener('wheel', (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY * 0.002), event);
  }, { passive: false });
}
