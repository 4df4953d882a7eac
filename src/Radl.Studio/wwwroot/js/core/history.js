// @ts-check
import { get, set, select } from './store.js';
import { announce } from './dom.js';

/** @typedef {import('./types.js').Scene} Scene */
/** @typedef {{name: string, before: Scene, after: Scene, merge: string}} Command */

const MOST = 200;
/** @type {Command[]} */
let done = [];
/** @type {Command[]} */
let undone = [];

/**
 * Changes the scene as one step that can be undone.
 * @param {string} name   what undo will call it: "move box"
 * @param {Scene | ((scene: Scene) => Scene)} change
 * @param {string} [merge] commands with the same key that follow each other become one, as letters typed into one field
 */
export function commit(name, change, merge = '') {
  const before = get().scene;
  record(name, before, typeof change === 'function' ? change(before) : change, merge);
}

/**
 * Begins a change that is watched while it happens, as a drag. Exactly one of commit and cancel ends it.
 * @returns {{before: Scene, update: (scene: Scene) => void, commit: (name: string) => void, cancel: () => void}}
 */
export function begin() {
  const before = get().scene;
  return {
    before,
    update: scene => set({ scene }),
    commit: name => record(name, before, get().scene, ''),
    cancel: () => set({ scene: before }),
  };
}

/** @param {string} name @param {Scene} before @param {Scene} after @param {string} merge */
function record(name, before, after, merge) {
  if (before === after) return;
  const last = done.at(-1);
  if (merge && last?.merge === merge && undone.length === 0) last.after = after;
  else done.push({ name, before, after, merge });
  if (done.length > MOST) done.shift();
  undone = [];
  publish(after);
}

/** Ends merging: what comes next is a step of its own. */
export function seal() {
  const last = done.at(-1);
  if (last) last.merge = '';
}

/** Takes back the last step. */
export function undo() {
  const last = done.pop();
  if (!last) return announce('Nothing to undo');
  undone.push(last);
  publish(last.before);
  announce(`Undone: ${last.name}`);
}

/** Does the last undone step again. */
export function redo() {
  const next = undone.pop();
  if (!next) return announce('Nothing to redo');
  done.push(next);
  publish(next.after);
  announce(`Redone: ${next.name}`);
}

/** @param {Scene} scene */
function publish(scene) {
  set({ scene, past: { undo: done.at(-1)?.name ?? '', redo: undone.at(-1)?.name ?? '' } });
  select(get().selection);
}
