// @ts-check
import { debounce } from './dom.js';
import { get, set, watch } from './store.js';
import { add, emptyScene } from './scene.js';

const NAME = 'radl.draft';

/** Brings the scene of the last visit back; colours and masks with it. */
export function restore() {
  try {
    const saved = JSON.parse(localStorage.getItem(NAME) ?? 'null');
    if (saved?.version !== 1) return;
    /** @type {import('./types.js').Scene} */
    let scene = { ...emptyScene(), ...saved.scene, instances: [], relations: null };
    /** @type {Map<number, number>} */
    const ids = new Map();
    for (const { id, ...one } of saved.scene.instances) {
      scene = add(scene, one);
      ids.set(id, scene.instances[scene.instances.length - 1].id);
    }
    const id = (/** @type {number} */ old) => /** @type {number} */ (ids.get(old));
    scene.relations = saved.scene.relations?.map((/** @type {any} */ one) => ({ ...one, subject: id(one.subject), object: id(one.object) })) ?? null;
    set({ scene, settings: { ...get().settings, ...saved.settings } });
  } catch {
    // What was saved is of no use, or storage is switched off: the page begins with its example.
  }
}

/** Saves scene and settings a moment after each change. */
export function startAutosave() {
  const save = debounce(() => {
    const { scene, settings } = get();
    try {
      localStorage.setItem(NAME, JSON.stringify({ version: 1, scene, settings }));
    } catch {
      // Masks may be larger than the storage allows: then the last smaller state stays.
    }
  }, 400);
  watch(['scene', 'settings'], save);
}
