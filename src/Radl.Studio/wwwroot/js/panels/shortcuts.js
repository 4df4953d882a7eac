// @ts-check
import { byId, el } from '../core/dom.js';
import { get, select } from '../core/store.js';
import { redo, undo } from '../core/history.js';
import { zoomBy, zoomFit } from '../canvas/stage.js';
import { cancelGesture } from '../canvas/pointer.js';
import { cancelStroke } from '../canvas/brushkeys.js';
import { duplicateChosen, newBox, orderChosen, removeChosen } from '../canvas/keys.js';
import { changeBrush, chooseTool, toggleLayer } from './toolbar.js';
import { cancelFirst, generate } from './generate.js';
import { chooseFile, exportScene } from './files.js';
import { openRelation } from './relationdialog.js';
import { openCompare } from './compare.js';
import { guarded } from '../server/errors.js';

/** @typedef {{keys: string, name: string, group: string, run?: () => void, shown?: string}} Shortcut keys as {@link pressed} writes them, several apart by a space */

function relateKey() {
  const { selection } = get();
  if (selection.length) openRelation({ subject: selection[0], object: selection[1] });
  else chooseTool('relate');
}

function escape() {
  if (cancelGesture() || cancelStroke()) return;
  if (get().tool !== 'select') chooseTool('select');
  else select([]);
}

/** @type {Shortcut[]} */
const SHORTCUTS = [
  { group: 'Tools', keys: 'v', name: 'Select and move', run: () => chooseTool('select') },
  { group: 'Tools', keys: 'b', name: 'Draw a box', run: () => chooseTool('draw') },
  { group: 'Tools', keys: 'm', name: 'Paint the mask of the selected box', run: () => chooseTool('mask') },
  { group: 'Tools', keys: 'r', name: 'Relate: from the selected box, or draw an arrow', run: relateKey },
  { group: 'Tools', keys: ', .', shown: ', .', name: 'Smaller or larger brush' },
  { group: 'Tools', keys: '', shown: '← ↑ → ↓, Space', name: 'Move the brush (with Shift: farther), put it down and lift it' },
  { group: 'Boxes', keys: 'n', name: 'New box', run: newBox },
  { group: 'Boxes', keys: '', shown: 'Tab', name: 'Next box or arrow' },
  { group: 'Boxes', keys: '', shown: '← ↑ → ↓', name: 'Move (with Shift: farther)' },
  { group: 'Boxes', keys: '', shown: 'Alt + ← ↑ → ↓', name: 'Resize (with Shift: more)' },
  { group: 'Boxes', keys: '', shown: 'Enter', name: 'Name the box, change the relation' },
  { group: 'Boxes', keys: '', shown: 'Space', name: 'Add to the selection or take out' },
  { group: 'Boxes', keys: 'ctrl+a', name: 'Select all', run: () => select(get().scene.instances.map(one => one.id)) },
  { group: 'Boxes', keys: 'ctrl+d', name: 'Duplicate', run: duplicateChosen },
  { group: 'Boxes', keys: 'delete backspace', shown: 'Delete', name: 'Delete', run: removeChosen },
  { group: 'Boxes', keys: ']', name: 'One forward', run: () => orderChosen('forward') },
  { group: 'Boxes', keys: '[', name: 'One back', run: () => orderChosen('backward') },
  { group: 'Boxes', keys: '}', shown: 'Shift + ]', name: 'To the front', run: () => orderChosen('front') },
  { group: 'Boxes', keys: '{', shown: 'Shift + [', name: 'To the back', run: () => orderChosen('back') },
  { group: 'Boxes', keys: '', shown: 'Alt while dragging', name: 'Without snapping' },
  { group: 'Canvas', keys: 'h', name: 'Boxes over the picture', run: () => toggleLayer('boxes') },
  { group: 'Canvas', keys: 'p', name: 'Picture', run: () => toggleLayer('picture') },
  { group: 'Canvas', keys: '+ =', shown: '+', name: 'Zoom in (or Ctrl + wheel)', run: () => zoomBy(1.25) },
  { group: 'Canvas', keys: '-', name: 'Zoom out', run: () => zoomBy(0.8) },
  { group: 'Canvas', keys: '0', name: 'Fit', run: zoomFit },
  { group: 'Canvas', keys: 'escape', name: 'Give up, then deselect', run: escape },
  { group: 'Scene', keys: 'ctrl+z', name: 'Undo', run: undo },
  { group: 'Scene', keys: 'ctrl+shift+z ctrl+y', shown: 'Ctrl + Shift + Z', name: 'Redo', run: redo },
  { group: 'Scene', keys: 'ctrl+enter', name: 'Generate', run: generate },
  { group: 'Scene', keys: 'ctrl+.', name: 'Cancel', run: cancelFirst },
  { group: 'Scene', keys: 'c', name: 'Compare methods', run: openCompare },
  { group: 'Scene', keys: 'ctrl+o', name: 'Import', run: chooseFile },
  { group: 'Scene', keys: 'ctrl+s', name: 'Export', run: () => guarded(exportScene) },
  { group: 'Scene', keys: '/', name: 'Search the gallery', run: () => byId('search').focus() },
  { group: 'Scene', keys: '', shown: 'Ctrl + click', name: 'In the prompt: the word as a verb, or not' },
  { group: 'Scene', keys: '?', name: 'This list', run: () => byId('help').showModal() },
];

/** @param {KeyboardEvent} event */
function pressed(event) {
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  // A shifted sign says so itself; only letters need the shift named.
  return `${control ? 'ctrl+' : ''}${control && event.shiftKey ? 'shift+' : ''}${key}`;
}

/** Everywhere, also while one types; undo and select all stay with text fields. */
const EVERYWHERE = ['ctrl+enter', 'ctrl+.', 'ctrl+s', 'ctrl+o'];

/** @param {string} keys */
const named = keys => keys.split(' ')[0].split('+').map(part => (part.length > 1 ? part[0].toUpperCase() + part.slice(1) : part.toUpperCase())).join(' + ') || '+';

export function startShortcuts() {
  const groups = [...new Set(SHORTCUTS.map(one => one.group))];
  byId('help-list').append(...groups.map(group => el('section', {}, el('h3', {}, group), el('dl', {}, ...SHORTCUTS.filter(one => one.group === group)
    .map(one => el('div', {}, el('dt', {}, el('kbd', {}, one.shown ?? named(one.keys))), el('dd', {}, one.name)))))));
  byId('help-open').addEventListener('click', () => byId('help').showModal());
  addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const keys = pressed(event);
    const types = target.matches('textarea, select, input:not([type=checkbox], [type=range], [type=color])');
    if (types && !EVERYWHERE.includes(keys)) return;
    if (keys === ',' || keys === '.') return changeBrush(keys === '.' ? 1 : -1);
    if (event.altKey && !(event.ctrlKey || event.metaKey)) return;
    const found = SHORTCUTS.find(one => one.run && one.keys.split(' ').includes(keys));
    if (!found?.run) return;
    event.preventDefault();
    found.run();
  });
  // A click beside a dialog or on its cross closes it.
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', event => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target === dialog || target.closest('[data-close]')) dialog.close();
    });
  }
}
