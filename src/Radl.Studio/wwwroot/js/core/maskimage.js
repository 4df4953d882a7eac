// @ts-check
import { rounded, same } from './geometry.js';

/** @typedef {import('./types.js').Box} Box @typedef {import('./types.js').Mask} Mask */

/** Decodes a picture. @param {string} url @returns {Promise<HTMLImageElement>} */
export async function decoded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** @param {number} width @param {number} height @returns {[HTMLCanvasElement, CanvasRenderingContext2D]} */
export function canvasOf(width, height) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  return [canvas, /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }))];
}

/** Draws what a mask covers of a picture, now that its instance has another box. White where it covers.
 * @param {Mask} mask @param {Box} box @param {number} width @param {number} height */
export async function drawn(mask, box, width, height) {
  const [canvas, context] = canvasOf(width, height);
  const { from } = mask;
  const [sx, sy] = [(box[2] - box[0]) / (from[2] - from[0]), (box[3] - box[1]) / (from[3] - from[1])];
  context.setTransform(sx * width, 0, 0, sy * height, (box[0] - from[0] * sx) * width, (box[1] - from[1] * sy) * height);
  if (typeof mask.data === 'string') {
    context.drawImage(await decoded(mask.data), 0, 0, 1, 1);
  } else {
    context.fillStyle = '#fff';
    for (const polygon of mask.data) {
      context.beginPath();
      polygon.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.fill();
    }
  }
  return canvas;
}

/** A mask as scene files hold it. @param {Mask} mask @param {Box} box @param {number} width @param {number} height @returns {Promise<string | number[][][]>} */
export async function maskJson(mask, box, width, height) {
  if (same(mask.from, box)) return mask.data;
  if (typeof mask.data === 'string') return (await drawn(mask, box, width, height)).toDataURL('image/png');
  const { from } = mask;
  const along = (/** @type {number} */ value, /** @type {0 | 1} */ axis) =>
    Math.min(1, Math.max(0, box[axis] + ((value - from[axis]) / (from[axis + 2] - from[axis])) * (box[axis + 2] - box[axis])));
  return mask.data.map(polygon => polygon.map(([x, y]) => [along(x, 0), along(y, 1)]));
}

/** What a drawn mask spans, or null where it covers nothing. @param {HTMLCanvasElement} canvas @returns {Box | null} */
export function boundsOf(canvas) {
  const { width, height } = canvas;
  const pixels = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true })).getImageData(0, 0, width, height).data;
  let [x1, y1, x2, y2] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      // As the server counts: bright and opaque.
      if (pixels[at + 3] < 128 || Math.max(pixels[at], pixels[at + 1], pixels[at + 2]) < 128) continue;
      if (x < x1) x1 = x;
      if (x > x2) x2 = x;
      if (y < y1) y1 = y;
      if (y > y2) y2 = y;
    }
  }
  return x2 < 0 ? null : rounded([x1 / width, y1 / height, (x2 + 1) / width, (y2 + 1) / height]);
}

/** What a mask of a scene file spans. @param {string | number[][][]} data @returns {Promise<Box>} */
export async function maskBounds(data) {
  if (typeof data !== 'string') {
    const points = data.flat();
    return rounded([
      Math.min(...points.map(p => p[0])), Math.min(...points.map(p => p[1])), Math.max(...points.map(p => p[0])), Math.max(...points.map(p => p[1])),
    ]);
  }
  const image = await decoded(data);
  const [canvas, context] = canvasOf(image.naturalWidth, image.naturalHeight);
  context.drawImage(image, 0, 0);
  return boundsOf(canvas) ?? [0, 0, 1, 1];
}
