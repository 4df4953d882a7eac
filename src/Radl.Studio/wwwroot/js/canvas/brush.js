// @ts-check
import { byId } from '../core/dom.js';
import { get, instance, select } from '../core/store.js';
import { commit } from '../core/history.js';
import { update } from '../core/scene.js';
import { boundsOf, drawn } from '../core/maskimage.js';
import { notify } from '../server/errors.js';

/** @typedef {import('../core/types.js').Point} Point */

/** Across the brush, in pixels of the picture. */
export function brushWidth() {
  const { scene, brush: { size } } = get();
  return (size / 100) * Math.max(scene.width, scene.height);
}

/** The one instance that is chosen. */
export function chosen() {
  const { selection } = get();
  return selection.length === 1 ? instance(selection[0]) : undefined;
}

/**
 * A stroke of the pointer on the chosen instance's mask.
 * @param {Point} start @param {PointerEvent} event
 * @returns {import('./pointer.js').Gesture | null}
 */
export function brush(start, event) {
  const under = /** @type {Element} */ (event.target).closest('[data-box]');
  if (!chosen() && under) select([Number(under.getAttribute('data-box'))]);
  const one = chosen();
  if (!one) {
    notify('Select the one box whose mask you want to paint.');
    return null;
  }
  return stroke(one, start, get().brush.erase || event.button === 2 || event.altKey);
}

/**
 * A stroke on an instance's mask. The first stroke begins a mask, an erasing one carves it out of the whole box.
 * @param {import('../core/types.js').Instance} one @param {Point} start @param {boolean} erases
 * @returns {import('./pointer.js').Gesture}
 */
export function stroke(one, start, erases) {
  const { scene } = get();
  const wide = Math.max(1, brushWidth());
  const canvas = byId('paint');
  const [width, height] = [canvas.width, canvas.height] = [scene.width, scene.height];
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  /** @type {Point[]} */
  let points = [start];
  let isReady = false;
  let last = start;
  canvas.hidden = false;

  const paint = () => {
    if (!isReady) return;
    pen.globalCompositeOperation = erases ? 'destination-out' : 'source-over';
    pen.strokeStyle = pen.fillStyle = one.color;
    pen.lineWidth = wide;
    pen.lineCap = pen.lineJoin = 'round';
    for (const p of points) {
      pen.beginPath();
      pen.moveTo(last.x * width, last.y * height);
      pen.lineTo(p.x * width, p.y * height);
      pen.stroke();
      last = p;
    }
    points = [];
  };
  const ready = prepare().then(() => {
    isReady = true;
    paint();
  });

  // What is there already, in the instance's colour.
  async function prepare() {
    if (one.mask) {
      const before = await drawn(one.mask, one.box, width, height);
      pen.drawImage(before, 0, 0);
      pen.globalCompositeOperation = 'source-in';
      pen.fillStyle = one.color;
      pen.fillRect(0, 0, width, height);
    } else if (erases) {
      pen.fillStyle = one.color;
      pen.fillRect(one.box[0] * width, one.box[1] * height, (one.box[2] - one.box[0]) * width, (one.box[3] - one.box[1]) * height);
    }
  }

  const close = () => {
    canvas.hidden = true;
    canvas.width = 0;
  };
  return {
    move: p => {
      points.push(p);
      paint();
    },
    end: async () => {
      await ready;
      paint();
      pen.globalCompositeOperation = 'source-in';
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, width, height);
      const box = boundsOf(canvas);
      const data = canvas.toDataURL('image/png');
      close();
      commit(erases ? 'erase from mask' : 'paint mask', now => update(now, one.id, box ? { box, mask: { data, from: box } } : { mask: null }));
    },
    cancel: close,
  };
}
