// @ts-check
/** Pure changes of a scene: each gives a new one. */
/** @typedef {import('./types.js').Scene} Scene @typedef {import('./types.js').Instance} Instance @typedef {import('./types.js').Box} Box */

/** Colours of boxes: apart from each other in hue and lightness, on light and dark pictures. */
export const COLORS = ['#e4572e', '#1c7ed6', '#2f9e44', '#ae3ec9', '#f08c00', '#0c8599', '#d6336c', '#5f3dc4', '#74b816', '#795548'];

/** The most instances that the method can tell apart. */
export const MOST_INSTANCES = 27;

let lastId = 0;
const nextId = () => ++lastId;

/** @returns {Scene} */
export const emptyScene = () => ({ prompt: '', negativePrompt: '', instances: [], relations: null, width: 128, height: 128 });

/** What a first visit shows. @returns {Scene} */
export function exampleScene() {
  let scene = { ...emptyScene(), prompt: 'a red striped fish chasing a blue solid car, on a gray background' };
  scene = add(scene, { label: 'a red striped fish', box: [0.08, 0.35, 0.42, 0.6] });
  return add(scene, { label: 'a blue solid car', box: [0.52, 0.3, 0.94, 0.62] });
}

/** Adds an instance on top. @param {Scene} scene @param {Partial<Instance> & {box: Box}} part @returns {Scene} */
export function add(scene, part) {
  const used = scene.instances.map(one => one.color);
  const color = COLORS.find(one => !used.includes(one)) ?? COLORS[scene.instances.length % COLORS.length];
  return { ...scene, instances: [...scene.instances, { label: '', strength: 1, negative: '', color, mask: null, ...part, id: nextId() }] };
}

/** @param {Scene} scene @param {number} id @param {Partial<Instance>} part @returns {Scene} */
export const update = (scene, id, part) => ({ ...scene, instances: scene.instances.map(one => (one.id === id ? { ...one, ...part } : one)) });

/** Gives boxes to many. @param {Scene} scene @param {Map<number, Box>} boxes @returns {Scene} */
export const place = (scene, boxes) => ({
  ...scene, instances: scene.instances.map(one => (boxes.has(one.id) ? { ...one, box: /** @type {Box} */ (boxes.get(one.id)) } : one)),
});

/** Removes instances and the relations that name them. @param {Scene} scene @param {number[]} ids @returns {Scene} */
export const remove = (scene, ids) => ({
  ...scene,
  instances: scene.instances.filter(one => !ids.includes(one.id)),
  relations: scene.relations?.filter(one => !ids.includes(one.subject) && !ids.includes(one.object)) ?? null,
});

/** Copies instances, a little to the right and below where there is room. @param {Scene} scene @param {number[]} ids @returns {Scene} */
export function duplicate(scene, ids) {
  for (const one of scene.instances.filter(each => ids.includes(each.id))) {
    const shift = (/** @type {number} */ low, /** @type {number} */ high) => (high + 0.04 <= 1 ? 0.04 : low >= 0.04 ? -0.04 : 0);
    const [dx, dy] = [shift(one.box[0], one.box[2]), shift(one.box[1], one.box[3])];
    const { color: _, ...rest } = one;
    scene = add(scene, { ...rest, box: [one.box[0] + dx, one.box[1] + dy, one.box[2] + dx, one.box[3] + dy] });
  }
  return scene;
}

/** Moves instances in the order of drawing. @param {Scene} scene @param {number[]} ids @param {'front' | 'forward' | 'backward' | 'back'} to @returns {Scene} */
export function reorder(scene, ids, to) {
  const list = [...scene.instances];
  const chosen = list.filter(one => ids.includes(one.id));
  const others = list.filter(one => !ids.includes(one.id));
  if (to === 'front') return { ...scene, instances: [...others, ...chosen] };
  if (to === 'back') return { ...scene, instances: [...chosen, ...others] };
  const step = to === 'forward' ? 1 : -1;
  for (const one of step > 0 ? chosen.reverse() : chosen) {
    const at = list.indexOf(one);
    const next = list[at + step];
    if (next && !ids.includes(next.id)) [list[at], list[at + step]] = [next, one];
  }
  return { ...scene, instances: list };
}

/** What a list or a screen reader calls an instance. @param {Scene} scene @param {number} id */
export function nameOf(scene, id) {
  const at = scene.instances.findIndex(one => one.id === id);
  return scene.instances[at]?.label.trim() || `Box ${at + 1}`;
}
