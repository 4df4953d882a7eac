// @ts-check
import { svg } from '../core/dom.js';
import { get } from '../core/store.js';
import { centre, exit } from '../core/geometry.js';
import { relationsOf } from '../core/verbs.js';
import { nameOf } from '../core/scene.js';

/** @typedef {import('../core/types.js').Box} Box @typedef {import('../core/types.js').Point} Point */

/**
 * A bent line from box to box, and its middle. Where the boxes stand too close for its label it goes under them, or over them.
 * @param {Box} from @param {Box} to in pixels @param {number} bend @param {number} [room] that the label needs @param {number} [floor] height of the canvas
 * @returns {{d: string, middle: Point}}
 */
export function arrow(from, to, bend, room = 0, floor = Infinity) {
  const a = exit(from, centre(to));
  const b = exit(to, centre(from));
  const isBeside = from[3] > to[1] && to[3] > from[1] && Math.abs(centre(from).x - centre(to).x) > room;
  if (isBeside && Math.hypot(b.x - a.x, b.y - a.y) < room) {
    const isUnder = Math.max(from[3], to[3]) + bend * 1.5 < floor;
    const [side, height] = isUnder ? [3, Math.max(from[3], to[3]) + bend * 2.4] : [1, Math.min(from[1], to[1]) - bend * 2.4];
    const ends = [{ x: centre(from).x, y: from[side] }, { x: centre(to).x, y: to[side] }];
    const c = { x: (ends[0].x + ends[1].x) / 2, y: height };
    return { d: `M${ends[0].x} ${ends[0].y}Q${c.x} ${c.y} ${ends[1].x} ${ends[1].y}`, middle: { x: c.x, y: (ends[0].y + 2 * c.y + ends[1].y) / 4 } };
  }
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy) || 1;
  const c = { x: (a.x + b.x) / 2 + (dy / length) * bend, y: (a.y + b.y) / 2 - (dx / length) * bend };
  return { d: `M${a.x} ${a.y}Q${c.x} ${c.y} ${b.x} ${b.y}`, middle: { x: (a.x + 2 * c.x + b.x) / 4, y: (a.y + 2 * c.y + b.y) / 4 } };
}

/** Draws the relations that will act; those of the prompt are dashed. @param {SVGElement} layer @param {number} w @param {number} h */
export function drawArrows(layer, w, h) {
  const { scene, extraction, show } = get();
  const focused = document.activeElement?.getAttribute('data-relation');
  if (!show.boxes) return layer.replaceChildren();
  const boxes = new Map(scene.instances.map(one => [one.id, /** @type {Box} */ ([one.box[0] * w, one.box[1] * h, one.box[2] * w, one.box[3] * h])]));
  /** @type {Map<string, number>} */
  const between = new Map();
  const groups = relationsOf(scene, extraction).map((one, index) => {
    const pair = [one.subject, one.object].sort().join();
    const nth = between.get(pair) ?? 0;
    between.set(pair, nth + 1);
    const width = one.verb.length * 7 + 20;
    const { d, middle } = arrow(/** @type {Box} */ (boxes.get(one.subject)), /** @type {Box} */ (boxes.get(one.object)), 28 + nth * 36, width + 56, h);
    return svg('g', {
      class: scene.relations ? 'relation' : 'relation automatic', tabindex: 0, role: 'button', 'data-relation': index,
      'aria-label': `Relation: ${nameOf(scene, one.subject)} ${one.verb} ${nameOf(scene, one.object)}. Enter to change it.`,
    }, svg('path', { class: 'wide', d }), svg('path', { class: 'halo', d }), svg('path', { class: 'line', d, 'marker-end': 'url(#tip)' }),
    svg('rect', { class: 'plate', x: middle.x - width / 2, y: middle.y - 10, width, height: 20, rx: 10 }),
    svg('text', { class: 'verb', x: middle.x, y: middle.y + 4 }, one.verb));
  });
  layer.replaceChildren(...groups);
  if (focused) groups.find(one => one.getAttribute('data-relation') === focused)?.focus();
}
