// @ts-check
import { assign, byId, svg } from '../core/dom.js';
import { get, watch } from '../core/store.js';
import { around } from '../core/geometry.js';
import { nameOf } from '../core/scene.js';
import { size } from './stage.js';
import { drawArrows } from './arrows.js';
import { drawFound } from './found.js';

/** @typedef {import('../core/types.js').Instance} Instance */

const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];
const TAG_HEIGHT = 20;

/** Layers of the board, bottom to top. */
const layers = {
  defs: svg('defs'), masks: svg('g'), boxes: svg('g', { class: 'boxes' }), found: svg('g', { class: 'found-layer' }), arrows: svg('g', { class: 'arrows' }),
  handles: svg('g', { class: 'handles', 'aria-hidden': 'true' }), guides: svg('g', { class: 'guides', 'aria-hidden': 'true' }), draft: svg('g', { class: 'draft', 'aria-hidden': 'true' }),
};

/** Parts of the boxes that are on the board, by instance id. @type {Map<number, Record<string, SVGElement>>} */
const drawn = new Map();

const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

/** Text that fits into a width. @param {string} text @param {number} most @returns {[string, number]} text and its width */
function fitted(text, most) {
  pen.font = '600 12px system-ui, sans-serif';
  let shown = text;
  while (shown.length > 1 && pen.measureText(shown).width > most) shown = `${shown.slice(0, -2).trimEnd()}…`;
  return [shown, pen.measureText(shown).width];
}

/** Whether white text reads better on a colour. @param {string} color */
function needsWhite(color) {
  const [r, g, b] = [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
  return r * 0.299 + g * 0.587 + b * 0.114 < 160;
}

/** @param {Instance} one */
function create(one) {
  const parts = {
    group: svg('g', { class: 'box', tabindex: 0, role: 'button', 'data-box': one.id }),
    mask: svg('mask', { id: `mask-${one.id}`, maskUnits: 'userSpaceOnUse' }), maskImage: svg('image', { preserveAspectRatio: 'none' }), maskShape: svg('path', { fill: '#fff' }),
    veil: svg('rect', { class: 'veil', mask: `url(#mask-${one.id})` }),
    hit: svg('rect', { class: 'hit' }), halo: svg('rect', { class: 'halo' }), edge: svg('rect', { class: 'edge' }),
    tag: svg('rect', { class: 'tag', height: TAG_HEIGHT, rx: 3 }), text: svg('text', { class: 'tag-text' }),
  };
  parts.mask.append(parts.maskImage, parts.maskShape);
  layers.defs.append(parts.mask);
  parts.group.append(parts.veil, parts.hit, parts.halo, parts.edge, parts.tag, parts.text);
  drawn.set(one.id, parts);
  return parts;
}

/** @param {Instance} one @param {number} index @param {number} w @param {number} h */
function drawBox(one, index, w, h) {
  const { scene, selection } = get();
  const parts = drawn.get(one.id) ?? create(one);
  const [x, y] = [one.box[0] * w, one.box[1] * h];
  const [width, height] = [(one.box[2] - one.box[0]) * w, (one.box[3] - one.box[1]) * h];
  const chosen = selection.includes(one.id);
  const percent = (/** @type {number} */ value) => Math.round(value * 100);
  assign(parts.group, {
    class: chosen ? 'box chosen' : 'box', 'aria-pressed': chosen,
    'aria-label': `${nameOf(scene, one.id)}, box ${index + 1} of ${scene.instances.length}, left ${percent(one.box[0])}, top ${percent(one.box[1])}, ${percent(one.box[2] - one.box[0])} by ${percent(one.box[3] - one.box[1])} percent${one.mask ? ', with a mask' : ''}`,
  });
  for (const part of [parts.hit, parts.halo, parts.edge]) assign(part, { x, y, width, height });
  assign(parts.edge, { stroke: one.color });
  assign(parts.hit, { fill: one.color });
  drawMask(one, parts, w, h);
  const name = one.label.trim() || 'unnamed';
  const [text, textWidth] = fitted(`${index + 1}  ${name}`, Math.max(width - 12, 140));
  const above = y >= TAG_HEIGHT + 2;
  assign(parts.tag, { x: x - 1, y: above ? y - TAG_HEIGHT - 1 : y - 1, width: textWidth + 12, fill: one.color });
  assign(parts.text, { x: x + 5, y: (above ? y - TAG_HEIGHT - 1 : y - 1) + 14, fill: needsWhite(one.color) ? '#fff' : '#111' });
  parts.text.textContent = text;
  return parts.group;
}

/** The mask moves with its box: it is drawn for the box that it was made for and stretched to the present one. @param {Instance} one @param {Record<string, SVGElement>} parts @param {number} w @param {number} h */
function drawMask(one, parts, w, h) {
  parts.veil.classList.toggle('off', !one.mask);
  parts.group.classList.toggle('masked', Boolean(one.mask));
  if (!one.mask) return;
  const { from, data } = one.mask;
  const [sx, sy] = [(one.box[2] - one.box[0]) / (from[2] - from[0]), (one.box[3] - one.box[1]) / (from[3] - from[1])];
  const [x, y] = [(one.box[0] - from[0] * sx) * w, (one.box[1] - from[1] * sy) * h];
  for (const part of [parts.mask, parts.veil]) assign(part, { x: 0, y: 0, width: w, height: h });
  assign(parts.veil, { fill: one.color });
  if (typeof data === 'string') assign(parts.maskImage, { href: data, x, y, width: sx * w, height: sy * h });
  else assign(parts.maskShape, { d: data.map(p => `M${p.map(([px, py]) => `${px} ${py}`).join('L')}Z`).join(''), transform: `translate(${x} ${y}) scale(${sx * w} ${sy * h})` });
}

/** Draws everything on the board. */
export function draw() {
  const { scene, selection, guides, show, tool } = get();
  const { w, h } = size();
  const board = byId('board');
  assign(board, { viewBox: `0 0 ${w} ${h}`, 'data-tool': tool });
  board.classList.toggle('bare', !show.boxes);
  for (const [id, parts] of drawn) {
    if (scene.instances.some(one => one.id === id)) continue;
    parts.group.remove();
    parts.mask.remove();
    drawn.delete(id);
  }
  const focused = document.activeElement;
  scene.instances.forEach((one, i) => {
    const group = drawBox(one, i, w, h);
    if (layers.boxes.children[i] !== group) layers.boxes.insertBefore(group, layers.boxes.children[i] ?? null);
  });
  // Moving an element in the tree takes the focus from it.
  if (focused instanceof SVGElement && focused !== document.activeElement && focused.isConnected) focused.focus();
  layers.guides.replaceChildren(...guides.map(({ axis, at }) => (axis === 'x' ? svg('line', { x1: at * w, x2: at * w, y1: 0, y2: h }) : svg('line', { x1: 0, x2: w, y1: at * h, y2: at * h }))));
  drawHandles(scene.instances.filter(one => selection.includes(one.id)), w, h);
  drawArrows(layers.arrows, w, h);
  drawFound(layers.found, w, h);
}

/** @param {Instance[]} chosen @param {number} w @param {number} h */
function drawHandles(chosen, w, h) {
  const { tool, show } = get();
  if (!show.boxes || tool === 'mask' || tool === 'draw' || chosen.length === 0) return layers.handles.replaceChildren();
  const box = around(chosen.map(one => one.box));
  const [x1, y1, x2, y2] = [box[0] * w, box[1] * h, box[2] * w, box[3] * h];
  if (chosen.length > 1) return layers.handles.replaceChildren(svg('rect', { class: 'union', x: x1 - 4, y: y1 - 4, width: x2 - x1 + 8, height: y2 - y1 + 8 }));
  const marks = tool === 'relate' ? [] : HANDLES.map(name => svg('rect', {
    class: `handle ${name}`, 'data-handle': name, width: 10, height: 10, rx: 2,
    x: (name.includes('w') ? x1 : name.includes('e') ? x2 : (x1 + x2) / 2) - 5, y: (name.includes('n') ? y1 : name.includes('s') ? y2 : (y1 + y2) / 2) - 5,
  }));
  const right = x2 + 28 <= w || x1 < 28;
  const [cx, cy] = [right ? x2 + 18 : x1 - 18, (y1 + y2) / 2];
  const link = svg('g', { class: 'link', 'data-link': chosen[0].id }, svg('title', {}, 'Drag to another box to relate them'),
    svg('circle', { cx, cy, r: 8 }), svg('path', { d: right ? `M${cx - 3} ${cy}h6m-2.5 -2.5l2.5 2.5-2.5 2.5` : `M${cx + 3} ${cy}h-6m2.5 -2.5l-2.5 2.5 2.5 2.5` }));
  layers.handles.replaceChildren(...marks, link);
}

/** Shows what is being drawn: a new box, a rubber band, an arrow on its way. @param {...SVGElement} shapes */
export const draft = (...shapes) => layers.draft.replaceChildren(...shapes);

/** Gives the focus to a box. @param {number} id */
export const focusBox = id => drawn.get(id)?.group.focus({ preventScroll: true });

export function startBoard() {
  layers.defs.append(svg('marker', { id: 'tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto-start-reverse' }, svg('path', { class: 'tip', d: 'M0 0.5 8 4 0 7.5z' })));
  byId('board').append(...Object.values(layers));
  watch(['scene', 'selection', 'zoom', 'guides', 'show', 'tool', 'extraction', 'found'], draw);
}
