// @ts-check
import { exampleScene } from './scene.js';

/** @typedef {import('./types.js').State} State */

/** @type {State} */
let state = {
  scene: exampleScene(),
  settings: {
    model: '', method: 'radl', steps: 60, controlSteps: null, guidance: null, scheduler: 'euler',
    seed: null, seedLocked: false, count: 1, maps: false,
  },
  selection: [], tool: 'select', zoom: 'fit', guides: [],
  show: { boxes: true, picture: true, found: false },
  brush: { size: 8, erase: false },
  extraction: { verbs: [], relations: [] },
  result: null, resultIndex: 0, preview: null, found: null, maps: null, map: { of: '', fine: 9, step: 0, opacity: 70 },
  jobs: [], models: [], methods: [], schedulers: [],
  past: { undo: '', redo: '' },
};

/** @type {{keys: string[], render: (state: State) => void}[]} */
const watchers = [];
/** @type {Set<string>} */
let changed = new Set();

/** The state as it is; never changed in place. */
export const get = () => state;

/** Replaces parts of the state; watchers run together in the next microtask. @param {Partial<State>} patch */
export function set(patch) {
  for (const key of Object.keys(patch)) {
    if (state[/** @type {keyof State} */ (key)] === patch[/** @type {keyof State} */ (key)]) continue;
    if (changed.size === 0) queueMicrotask(flush);
    changed.add(key);
  }
  state = { ...state, ...patch };
}

/** Renders now and whenever one of the parts changes. @param {(keyof State)[]} keys @param {(state: State) => void} render */
export function watch(keys, render) {
  watchers.push({ keys, render });
  render(state);
}

function flush() {
  const keys = changed;
  changed = new Set();
  for (const watcher of watchers) {
    if (watcher.keys.some(key => keys.has(key))) watcher.render(state);
  }
}

/** The instance with an id. @param {number} id */
export const instance = id => state.scene.instances.find(one => one.id === id);

/** Selects; unknown ids fall out. @param {number[]} ids */
export function select(ids) {
  const known = ids.filter(id => instance(id));
  if (known.length !== state.selection.length || known.some((id, i) => state.selection[i] !== id)) set({ selection: known });
}
