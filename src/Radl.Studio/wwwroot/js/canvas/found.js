// @ts-check
import { svg } from '../core/dom.js';
import { get } from '../core/store.js';

/** Draws what the detector found in the picture, with the overlap with what was asked for. @param {SVGElement} layer @param {number} w @param {number} h */
export function drawFound(layer, w, h) {
  const { found, show } = get();
  if (!found || !show.found) return layer.replaceChildren();
  /** @param {import('../core/types.js').Box} box @param {string} text @param {string} kind */
  const mark = (box, text, kind) => svg('g', { class: `detection ${kind}` },
    svg('rect', { class: 'under', x: box[0] * w, y: box[1] * h, width: (box[2] - box[0]) * w, height: (box[3] - box[1]) * h }),
    svg('rect', { class: 'over', x: box[0] * w, y: box[1] * h, width: (box[2] - box[0]) * w, height: (box[3] - box[1]) * h }),
    svg('text', { x: box[2] * w - 5, y: box[1] * h + 16 }, text));
  layer.replaceChildren(
    ...found.others.map(one => mark(one.box, `${one.color} ${one.category}`, 'other')),
    ...found.instances.flatMap(one => (one.box ? [mark(one.box, `IoU ${one.iou.toFixed(2)}`, 'asked')] : [])));
}
