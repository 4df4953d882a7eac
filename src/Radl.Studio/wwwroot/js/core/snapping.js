// @ts-check
import { clamp, moved, SMALLEST } from './geometry.js';

/** @typedef {import('./types.js').Box} Box @typedef {import('./types.js').Guide} Guide */

/** What a moving edge is drawn to: the picture's edges, centre and thirds, and the other boxes' edges and centres.
 * @param {Box[]} others @param {0 | 1} axis 0 for x */
function lines(others, axis) {
  return [0, 1 / 3, 0.5, 2 / 3, 1, ...others.flatMap(box => [box[axis], (box[axis] + box[axis + 2]) / 2, box[axis + 2]])];
}

/** The least shift that brings one of the places onto a line. @param {number[]} places @param {number[]} targets @param {number} tolerance */
function nearest(places, targets, tolerance) {
  let best = { shift: 0, at: NaN, distance: tolerance };
  for (const place of places) {
    for (const at of targets) {
      const distance = Math.abs(at - place);
      if (distance < best.distance) best = { shift: at - place, at, distance };
    }
  }
  return best;
}

/**
 * Snaps a box that was moved as a whole.
 * @param {Box} box @param {Box[]} others @param {{x: number, y: number}} tolerance in fractions of the picture
 * @returns {{box: Box, guides: Guide[]}}
 */
export function snapMove(box, others, tolerance) {
  const x = nearest([box[0], (box[0] + box[2]) / 2, box[2]], lines(others, 0), tolerance.x);
  const y = nearest([box[1], (box[1] + box[3]) / 2, box[3]], lines(others, 1), tolerance.y);
  return { box: moved(box, x.shift, y.shift), guides: guides(x.at, y.at) };
}

/**
 * Snaps the edges that a handle moves.
 * @param {Box} box @param {string} handle @param {Box[]} others @param {{x: number, y: number}} tolerance
 * @returns {{box: Box, guides: Guide[]}}
 */
export function snapEdges(box, handle, others, tolerance) {
  /** @type {Box} */
  const result = [...box];
  const left = handle.includes('w');
  const top = handle.includes('n');
  const x = left || handle.includes('e') ? nearest([box[left ? 0 : 2]], lines(others, 0), tolerance.x) : { shift: 0, at: NaN };
  const y = top || handle.includes('s') ? nearest([box[top ? 1 : 3]], lines(others, 1), tolerance.y) : { shift: 0, at: NaN };
  if (left) result[0] = clamp(box[0] + x.shift, 0, box[2] - SMALLEST);
  else result[2] = clamp(box[2] + x.shift, box[0] + SMALLEST, 1);
  if (top) result[1] = clamp(box[1] + y.shift, 0, box[3] - SMALLEST);
  else result[3] = clamp(box[3] + y.shift, box[1] + SMALLEST, 1);
  return { box: result, guides: guides(x.at, y.at) };
}

/** @param {number} x @param {number} y @returns {Guide[]} */
const guides = (x, y) => [
  ...(Number.isNaN(x) ? [] : [/** @type {Guide} */ ({ axis: 'x', at: x })]),
  ...(Number.isNaN(y) ? [] : [/** @type {Guide} */ ({ axis: 'y', at: y })]),
];
