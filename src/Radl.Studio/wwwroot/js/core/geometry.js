// @ts-check
/** @typedef {import('./types.js').Box} Box @typedef {import('./types.js').Point} Point */

/** The smallest side of a box, in fractions of the picture. */
export const SMALLEST = 0.02;

/** Where an arrow key points. @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Four decimals: finer than any picture. @param {number} value */
export const round = value => Math.round(value * 1e4) / 1e4;

/** @param {Box} box @returns {Box} */
export const rounded = box => [round(box[0]), round(box[1]), round(box[2]), round(box[3])];

/** The box between two corners. @param {Point} a @param {Point} b @returns {Box} */
export const between = (a, b) => [
  clamp(Math.min(a.x, b.x), 0, 1), clamp(Math.min(a.y, b.y), 0, 1), clamp(Math.max(a.x, b.x), 0, 1), clamp(Math.max(a.y, b.y), 0, 1),
];

/** Moves within the picture. @param {Box} box @param {number} dx @param {number} dy @returns {Box} */
export function moved(box, dx, dy) {
  const x = clamp(dx, -box[0], 1 - box[2]);
  const y = clamp(dy, -box[1], 1 - box[3]);
  return [box[0] + x, box[1] + y, box[2] + x, box[3] + y];
}

/** Moves the edges that a handle names: n, ne, e … @param {Box} box @param {string} handle @param {number} dx @param {number} dy @returns {Box} */
export function resized(box, handle, dx, dy) {
  let [x1, y1, x2, y2] = box;
  if (handle.includes('w')) x1 = clamp(x1 + dx, 0, x2 - SMALLEST);
  if (handle.includes('e')) x2 = clamp(x2 + dx, x1 + SMALLEST, 1);
  if (handle.includes('n')) y1 = clamp(y1 + dy, 0, y2 - SMALLEST);
  if (handle.includes('s')) y2 = clamp(y2 + dy, y1 + SMALLEST, 1);
  return [x1, y1, x2, y2];
}

/** The box around boxes. @param {Box[]} boxes @returns {Box} */
export const around = boxes => [
  Math.min(...boxes.map(b => b[0])), Math.min(...boxes.map(b => b[1])), Math.max(...boxes.map(b => b[2])), Math.max(...boxes.map(b => b[3])),
];

/** @param {Box} a @param {Box} b */
export const touch = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** @param {Box} box @returns {Point} */
export const centre = box => ({ x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 });

/** @param {Box} a @param {Box} b */
export const same = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 1e-9);

/** Where a ray from the centre of a box towards a point leaves the box (any unit). @param {Box} box @param {Point} to @returns {Point} */
export function exit(box, to) {
  const from = centre(box);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (dx === 0 && dy === 0) return from;
  const scale = Math.min(
    dx === 0 ? Infinity : (box[2] - box[0]) / 2 / Math.abs(dx),
    dy === 0 ? Infinity : (box[3] - box[1]) / 2 / Math.abs(dy));
  return { x: from.x + dx * scale, y: from.y + dy * scale };
}

/** A free place for a new box: the first of a grid that touches no other, else the middle. @param {Box[]} boxes @returns {Box} */
export function freePlace(boxes) {
  const size = 0.28;
  for (const y of [0.36, 0.04, 0.68]) {
    for (const x of [0.36, 0.04, 0.68]) {
      /** @type {Box} */
      const box = [x, y, x + size, y + size];
      if (!boxes.some(other => touch(box, other))) return rounded(box);
    }
  }
  const shift = (boxes.length * 0.03) % 0.3;
  return rounded([0.2 + shift, 0.2 + shift, 0.2 + shift + size, 0.2 + shift + size]);
}
