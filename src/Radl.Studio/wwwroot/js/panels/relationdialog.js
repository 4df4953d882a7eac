// @ts-check
import { announce, byId, el } from '../core/dom.js';
import { get } from '../core/store.js';
import { commit } from '../core/history.js';
import { nameOf } from '../core/scene.js';
import { relationsOf, verbsOf } from '../core/verbs.js';
import { notify } from '../server/errors.js';

/** @type {number | null} */
let editing = null;

/**
 * Asks for a relation: a new one between two boxes, or the change of one that is there.
 * @param {{index?: number, subject?: number, object?: number}} what index counts the relations that act
 */
export function openRelation({ index, subject, object }) {
  const { scene, extraction } = get();
  if (scene.instances.length < 2) return notify('A relation joins two boxes: draw another one first.');
  const old = index === undefined ? null : relationsOf(scene, extraction)[index];
  editing = index ?? null;
  const options = () => scene.instances.map((one, i) => new Option(`${i + 1}  ${nameOf(scene, one.id)}`, String(one.id)));
  byId('relation-subject').replaceChildren(...options());
  byId('relation-object').replaceChildren(...options());
  const who = old?.subject ?? subject ?? scene.instances[0].id;
  byId('relation-subject').value = String(who);
  byId('relation-object').value = String(old?.object ?? object ?? scene.instances.find(one => one.id !== who)?.id);
  const verbs = verbsOf(scene, extraction);
  const field = byId('relation-verb');
  field.value = old?.verb ?? (verbs.length === 1 ? verbs[0] : '');
  byId('relation-verbs').replaceChildren(...verbs.map(verb => el('option', { value: verb })));
  byId('relation-choices').replaceChildren(...verbs.map(verb => el('button', { type: 'button', class: 'chip', click: () => { field.value = verb; field.focus(); } }, verb)));
  byId('relation-title').textContent = old ? 'Change the relation' : 'New relation';
  byId('relation-remove').hidden = !old;
  byId('relation-error').hidden = true;
  byId('relation-dialog').showModal();
  field.focus();
}

/** Removes one of the relations that act; from then on the scene states its relations itself. @param {number} index */
export function removeRelation(index) {
  const { extraction } = get();
  commit('remove relation', scene => ({ ...scene, relations: relationsOf(scene, extraction).filter((_, i) => i !== index) }));
  announce('Relation removed');
}

/** @param {SubmitEvent} event */
function save(event) {
  const { scene, extraction } = get();
  const [subject, object] = [Number(byId('relation-subject').value), Number(byId('relation-object').value)];
  const verb = byId('relation-verb').value.trim();
  const others = relationsOf(scene, extraction).filter((_, i) => i !== editing);
  const wrong = !verb ? 'Say what one does with the other.'
    : subject === object ? 'A relation joins two different boxes.'
    : others.some(one => one.subject === subject && one.object === object && one.verb === verb) ? 'This relation is there already.' : '';
  if (wrong) {
    event.preventDefault();
    byId('relation-error').textContent = wrong;
    byId('relation-error').hidden = false;
    return;
  }
  const now = relationsOf(scene, extraction);
  const made = { subject, verb, object };
  commit(editing === null ? 'add relation' : 'change relation', { ...scene, relations: editing === null ? [...now, made] : now.map((one, i) => (i === editing ? made : one)) });
  announce(`${nameOf(scene, subject)} ${verb} ${nameOf(scene, object)}`);
}

export function startRelationDialog() {
  const dialog = byId('relation-dialog');
  dialog.querySelector('form').addEventListener('submit', save);
  byId('relation-remove').addEventListener('click', () => {
    dialog.close();
    if (editing !== null) removeRelation(editing);
  });
}
