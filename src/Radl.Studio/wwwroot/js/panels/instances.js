// @ts-check
import { byId, el, icon, iconButton, show } from '../core/dom.js';
import { get, instance, select, watch } from '../core/store.js';
import { commit, seal } from '../core/history.js';
import { update } from '../core/scene.js';
import { clamp, rounded, SMALLEST } from '../core/geometry.js';
import { duplicateChosen, newBox, orderChosen, removeChosen } from '../canvas/keys.js';
import { focusBox } from '../canvas/board.js';

/** @typedef {import('../core/types.js').Instance} Instance @typedef {import('../core/types.js').Box} Box */

/** Cards on the page, by instance id. @type {Map<number, ReturnType<typeof card>>} */
const cards = new Map();

/** Puts the cursor into the chosen instance's label. */
export function focusLabel() {
  queueMicrotask(() => queueMicrotask(() => {
    const label = cards.get(get().selection[0])?.label;
    label?.focus();
    label?.select();
  }));
}

/** @param {number} id @param {string} name @param {Partial<Instance>} part @param {string} merge */
const change = (id, name, part, merge) => commit(name, scene => update(scene, id, part), `${merge} ${id}`);

/** @param {number} id */
function card(id) {
  const label = el('input', {
    type: 'text', class: 'label-field', maxlength: 1000, placeholder: 'what is it?', autocomplete: 'off', 'aria-label': 'Label',
    input: () => change(id, 'type label', { label: label.value }, 'label'), change: seal,
    focus: () => { if (!get().selection.includes(id)) select([id]); },
    keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' || event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); focusBox(id); } },
  });
  const number = el('button', { type: 'button', class: 'badge', click: (/** @type {MouseEvent} */ event) => {
    select(event.shiftKey ? [...get().selection.filter(one => one !== id), id] : [id]);
    focusBox(id);
  } });
  const strength = el('input', { type: 'range', min: 0, max: 2, step: 0.05, 'aria-label': 'Strength', input: () => change(id, 'change strength', { strength: Number(strength.value) }, 'strength'), change: seal });
  const strengthValue = el('output', { class: 'value' });
  const negative = el('input', { type: 'text', maxlength: 1000, placeholder: 'what it should not look like', autocomplete: 'off', input: () => change(id, 'type negative label', { negative: negative.value }, 'negative'), change: seal });
  const color = el('input', { type: 'color', 'aria-label': 'Colour of the box', input: () => change(id, 'change colour', { color: color.value }, 'color'), change: seal });
  const numbers = ['Left', 'Top', 'Right', 'Bottom'].map((name, at) => el('input', {
    type: 'number', min: 0, max: 100, step: 0.5, 'aria-label': `${name} in percent`, title: `${name}, %`, change: (/** @type {Event} */ event) => typedEdge(id, at, /** @type {HTMLInputElement} */ (event.target)),
  }));
  const clearMask = el('button', { type: 'button', class: 'button small', click: () => commit('remove mask', scene => update(scene, id, { mask: null })) }, 'Remove mask');
  const tools = el('div', { class: 'group card-tools', role: 'group', 'aria-label': 'Box' },
    iconButton('front', 'Bring to front', () => orderChosen('front')), iconButton('back', 'Send to back', () => orderChosen('back')),
    iconButton('copy', 'Duplicate', duplicateChosen), iconButton('trash', 'Delete', removeChosen));
  const strengthRow = el('label', { class: 'field', 'data-path': 'instance.strength' }, el('span', {}, 'Strength ', strengthValue), strength);
  const more = el('div', { class: 'card-more' }, strengthRow,
    el('label', { class: 'field', 'data-path': 'instance.negative' }, el('span', {}, 'Not'), negative),
    el('div', { class: 'field', 'data-path': 'instance.box' }, el('span', {}, 'Left, top, right, bottom in %'), el('div', { class: 'four' }, ...numbers)),
    el('div', { class: 'row', 'data-path': 'instance.mask' }, color, clearMask, el('span', { class: 'fill' }), tools));
  const root = el('li', { class: 'card' }, el('div', { class: 'card-head', 'data-path': 'instance.label' }, number, label, el('span', { class: 'mask-mark', title: 'has a mask' }, icon('mask'))), more);
  return { root, label, number, strength, strengthValue, negative, color, numbers, clearMask, more };
}

/** @param {number} id @param {number} at which of x1, y1, x2, y2 @param {HTMLInputElement} field */
function typedEdge(id, at, field) {
  const one = instance(id);
  if (!one) return;
  /** @type {Box} */
  const box = [...one.box];
  const value = Number(field.value) / 100;
  box[at] = at < 2 ? clamp(value, 0, box[at + 2] - SMALLEST) : clamp(value, box[at - 2] + SMALLEST, 1);
  field.value = String(Math.round(box[at] * 1000) / 10);
  commit('change box', scene => update(scene, id, { box: rounded(box) }));
}

/** @param {Instance} one @param {number} index @param {boolean} chosen @param {boolean} alone */
function drawCard(one, index, chosen, alone) {
  const parts = cards.get(one.id) ?? card(one.id);
  cards.set(one.id, parts);
  parts.root.classList.toggle('chosen', chosen);
  parts.root.classList.toggle('masked', Boolean(one.mask));
  parts.more.hidden = !(chosen && alone);
  // Only the open card's fields may be named by an error.
  parts.root.querySelectorAll('[data-path], [data-path-off]').forEach((/** @type {Element} */ part) => {
    const [from, to] = chosen && alone ? ['data-path-off', 'data-path'] : ['data-path', 'data-path-off'];
    const path = part.getAttribute(from);
    if (path) { part.setAttribute(to, path); part.removeAttribute(from); }
  });
  parts.number.textContent = String(index + 1);
  parts.number.setAttribute('aria-label', `Select box ${index + 1}${one.label ? `, ${one.label}` : ''}`);
  parts.number.setAttribute('aria-pressed', String(chosen));
  parts.root.style.setProperty('--color', one.color);
  parts.label.setAttribute('aria-label', `Label of box ${index + 1}`);
  if (parts.label.value !== one.label) parts.label.value = one.label;
  show(parts.strength, one.strength);
  parts.strengthValue.textContent = one.strength.toFixed(2);
  show(parts.negative, one.negative);
  show(parts.color, one.color);
  parts.numbers.forEach((field, i) => show(field, Math.round(one.box[i] * 1000) / 10));
  parts.clearMask.hidden = !one.mask;
  return parts.root;
}

export function startInstances() {
  byId('add-box').addEventListener('click', newBox);
  watch(['scene', 'selection'], ({ scene, selection }) => {
    const list = byId('instances');
    for (const [id, parts] of cards) {
      if (scene.instances.some(one => one.id === id)) continue;
      parts.root.remove();
      cards.delete(id);
    }
    scene.instances.forEach((one, i) => {
      const item = drawCard(one, i, selection.includes(one.id), selection.length === 1);
      if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
    });
    byId('instance-count').textContent = scene.instances.length ? String(scene.instances.length) : '';
    byId('instances-empty').hidden = scene.instances.length > 0;
    if (selection.length === 1) cards.get(selection[0])?.root.scrollIntoView({ block: 'nearest' });
  });
}
