// @ts-check
import { announce, svg } from '../core/dom.js';
import { get, watch } from '../core/store.js';
import { ARROWS, clamp } from '../core/geometry.js';
import { draft } from './board.js';
import { brushWidth, chosen, stroke } from './brush.js';
import { size } from './stage.js';

/** @typedef {import('../core/types.js').Point} Point */

const FAR = 4;

/** Where the brush is while the keyboard leads it. @type {Point | null} */
let at = null;
/** The stroke while the brush is down. @type {import('./pointer.js').Gesture | null} */
let down = null;
let painted = 0;

/** The brush on the canvas, as wide as it paints. */
function show() {
  if (!at) return draft();
  const { w, h } = size();
  const radius = (brushWidth() / 2) * (w / get().scene.width);
  draft(svg('circle', { class: down ? 'brush down' : 'brush', cx: at.x * w, cy: at.y * h, r: Math.max(2, radius) }));
}

/** Begins in the middle of the box that is painted. @returns {boolean} whether there is one */
function begin() {
  const one = chosen();
  if (!one) return false;
  if (!at || painted !== one.id) at = { x: (one.box[0] + one.box[2]) / 2, y: (one.box[1] + one.box[3]) / 2 };
  painted = one.id;
  return true;
}

/** Leads the brush: arrows move it, the space bar puts it down and lifts it. @param {KeyboardEvent} event @returns {boolean} whether the key was meant for it */
export function brushKey(event) {
  const arrow = ARROWS[event.key];
  if ((!arrow && event.key !== ' ') || event.altKey || event.ctrlKey || event.metaKey || !begin() || !at) return false;
  const { brush, scene } = get();
  if (arrow) {
    const step = (brushWidth() / 4) * (event.shiftKey ? FAR : 1);
    at = { x: clamp(at.x + (arrow[0] * step) / scene.width, 0, 1), y: clamp(at.y + (arrow[1] * step) / scene.height, 0, 1) };
    down?.move(at, /** @type {any} */ (event));
    if (!down) announce(`Brush at ${Math.round(at.x * 100)}, ${Math.round(at.y * 100)} percent`);
  } else if (!event.repeat) {
    if (down) {
      down.end(at, /** @type {any} */ (event));
      down = null;
      announce(brush.erase ? 'Erased from the mask' : 'Mask painted');
    } else {
      const one = chosen();
      down = one ? stroke(one, at, brush.erase) : null;
      announce(brush.erase ? 'Erasing: move with the arrows, lift with the space bar' : 'Painting: move with the arrows, lift with the space bar');
    }
  }
  show();
  return true;
}

/** Gives up the stroke. @returns {boolean} whether there was one */
export function cancelStroke() {
  if (!down) return false;
  down.cancel();
  down = null;
  show();
  return true;
}

export function startBrushKeys() {
  watch(['tool', 'selection'], ({ tool }) => {
    if (!at || (tool === 'mask' && chosen()?.id === painted)) return;
    cancelStroke();
    at = null;
    draft();
  });
  watch(['brush', 'zoom'], () => { if (at) show(); });
}
