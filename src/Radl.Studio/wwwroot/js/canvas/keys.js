// @ts-check
import { announce, byId } from '../core/dom.js';
import { get, instance, select, set } from '../core/store.js';
import { commit } from '../core/history.js';
import { add, duplicate, MOST_INSTANCES, nameOf, place, remove, reorder } from '../core/scene.js';
import { ARROWS, freePlace, moved, resized, rounded } from '../core/geometry.js';
import { focusBox } from './board.js';
import { brushKey } from './brushkeys.js';
import { openRelation, removeRelation } from '../panels/relationdialog.js';
import { focusLabel } from '../panels/instances.js';
import { notify } from '../server/errors.js';

/** @typedef {import('../core/types.js').Box} Box */

const STEP = 0.005;
const LARGE = 0.05;

/** Adds a box where there is room, and asks for its name. */
export function newBox() {
  const { scene } = get();
  if (scene.instances.length >= MOST_INSTANCES) return notify(`A scene holds at most ${MOST_INSTANCES} instances.`, 'error');
  const next = add(scene, { box: freePlace(scene.instances.map(one => one.box)) });
  commit('add box', next);
  set({ selection: [next.instances[next.instances.length - 1].id], tool: 'select' });
  announce('Box added. Type what it is.');
  focusLabel();
}

/** Removes the chosen boxes. */
export function removeChosen() {
  const { selection, scene } = get();
  if (!selection.length) return;
  const names = selection.map(id => nameOf(scene, id)).join(', ');
  commit(selection.length > 1 ? 'delete boxes' : 'delete box', remove(scene, selection));
  set({ selection: [] });
  announce(`Deleted ${names}`);
  byId('board').focus({ preventScroll: true });
}

/** Copies the chosen boxes; the copies are chosen. */
export function duplicateChosen() {
  const { selection, scene } = get();
  if (!selection.length) return;
  if (scene.instances.length + selection.length > MOST_INSTANCES) return notify(`A scene holds at most ${MOST_INSTANCES} instances.`, 'error');
  const next = duplicate(scene, selection);
  commit('duplicate', next);
  const copies = next.instances.slice(scene.instances.length).map(one => one.id);
  set({ selection: copies });
  queueMicrotask(() => queueMicrotask(() => focusBox(copies[0])));
  announce(copies.length > 1 ? `${copies.length} boxes duplicated` : 'Box duplicated');
}

/** @param {'front' | 'forward' | 'backward' | 'back'} to */
export function orderChosen(to) {
  const { selection } = get();
  if (!selection.length) return;
  commit(`bring ${to}`, scene => reorder(scene, selection, to));
  announce({ front: 'In front', forward: 'One forward', backward: 'One back', back: 'At the back' }[to]);
}

/** Moves the chosen boxes, or one edge pair with Alt. @param {[number, number]} direction @param {KeyboardEvent} event */
function nudge([x, y], event) {
  const { scene, selection } = get();
  const step = event.shiftKey ? LARGE : STEP;
  const boxes = new Map(scene.instances.filter(one => selection.includes(one.id))
    .map(one => /** @type {[number, Box]} */ ([one.id, rounded(event.altKey ? resized(one.box, 'se', x * step, y * step) : moved(one.box, x * step, y * step))])));
  commit(event.altKey ? 'resize box' : 'move box', place(scene, boxes), `nudge ${event.altKey} ${selection.join()}`);
  const box = instance(selection[0])?.box;
  if (box) announce(event.altKey ? `${percent(box[2] - box[0])} by ${percent(box[3] - box[1])} percent` : `Left ${percent(box[0])}, top ${percent(box[1])} percent`);
}

/** @param {number} value */
const percent = value => Math.round(value * 1000) / 10;

export function startKeys() {
  const board = byId('board');
  let isTab = false;
  // Whoever points sees where; the focus is shown to those who use the keyboard.
  const points = (/** @type {boolean} */ does) => board.classList.toggle('pointed', does);
  addEventListener('keydown', event => {
    isTab = event.key === 'Tab';
    if (!event.ctrlKey && !['Shift', 'Alt', 'Control', 'Meta'].includes(event.key)) points(false);
  }, true);
  addEventListener('pointerdown', () => {
    isTab = false;
    points(true);
  }, true);
  board.addEventListener('focusin', (/** @type {FocusEvent} */ event) => {
    const id = Number(/** @type {Element} */ (event.target).getAttribute('data-box'));
    // Tab chooses the box it comes to; a press of the pointer chooses by its own rules.
    if (isTab && instance(id) && !get().selection.includes(id)) select([id]);
  });
  board.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const relation = target.getAttribute('data-relation');
    if (relation !== null) return relationKey(event, Number(relation));
    if (get().tool === 'mask' && brushKey(event)) return event.preventDefault();
    const id = Number(target.getAttribute('data-box') ?? NaN);
    if (event.key in ARROWS && get().selection.length) nudge(ARROWS[event.key], event);
    else if ((event.key === 'Enter' || event.key === ' ') && instance(id)) event.key === 'Enter' ? focusLabel() : toggle(id);
    else return;
    event.preventDefault();
  });
}

/** @param {number} id */
function toggle(id) {
  const { selection } = get();
  select(selection.includes(id) ? selection.filter(one => one !== id) : [...selection, id]);
}

/** @param {KeyboardEvent} event @param {number} index */
function relationKey(event, index) {
  if (event.key === 'Enter' || event.key === ' ') openRelation({ index });
  else if (event.key === 'Delete' || event.key === 'Backspace') removeRelation(index);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
