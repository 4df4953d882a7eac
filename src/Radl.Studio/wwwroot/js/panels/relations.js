// @ts-check
import { byId, el, iconButton } from '../core/dom.js';
import { get, watch } from '../core/store.js';
import { commit } from '../core/history.js';
import { nameOf } from '../core/scene.js';
import { relationsOf } from '../core/verbs.js';
import { openRelation, removeRelation } from './relationdialog.js';

export function startRelations() {
  byId('add-relation').addEventListener('click', () => openRelation({ subject: get().selection[0], object: get().selection[1] }));
  byId('relations-auto').addEventListener('click', () => commit('relations from prompt', scene => ({ ...scene, relations: null })));
  watch(['scene', 'extraction'], ({ scene, extraction }) => {
    const all = relationsOf(scene, extraction);
    byId('relation-source').textContent = scene.relations ? '' : 'from the prompt';
    byId('relations-auto').hidden = !scene.relations;
    const text = (/** @type {import('../core/types.js').Relation} */ one) => `${nameOf(scene, one.subject)} ${one.verb} ${nameOf(scene, one.object)}`;
    /** @param {number} id */
    const end = id => {
      const at = scene.instances.findIndex(one => one.id === id);
      const badge = el('span', { class: 'badge', title: nameOf(scene, id) }, String(at + 1));
      badge.style.setProperty('--color', scene.instances[at].color);
      return badge;
    };
    byId('relations').replaceChildren(...(all.length
      ? all.map((one, i) => el('li', {}, el('button', { type: 'button', class: 'relation-row', 'aria-label': `Change: ${text(one)}`, click: () => openRelation({ index: i }) },
        end(one.subject), el('span', { class: 'relation-verb' }, one.verb), end(one.object)), iconButton('close', `Remove: ${text(one)}`, () => removeRelation(i))))
      : [el('li', { class: 'hint' }, scene.relations ? 'None: no verb acts.' : 'The verbs of the prompt join boxes; draw an arrow from box to box for one of your own.')]));
  });
}
