// @ts-check
import { announce, byId } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';
import { redo, undo } from '../core/history.js';

/** @typedef {import('../core/types.js').Tool} Tool */
/** @type {Record<Tool, string>} */
const SAID = { select: 'Select', draw: 'Draw a box: drag on the canvas', mask: 'Paint the mask of the selected box', relate: 'Draw a relation: drag from box to box' };

/** @param {Tool} tool */
export function chooseTool(tool) {
  set({ tool });
  announce(SAID[tool]);
}

/** Shows or hides a layer of the canvas. @param {'boxes' | 'picture' | 'found'} layer */
export function toggleLayer(layer) {
  const { show } = get();
  set({ show: { ...show, [layer]: !show[layer] } });
  announce(`${layer} ${show[layer] ? 'hidden' : 'shown'}`);
}

/** @param {number} by */
export function changeBrush(by) {
  const { brush } = get();
  set({ brush: { ...brush, size: Math.min(40, Math.max(1, brush.size + by)) } });
}

export function startToolbar() {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const tools = document.querySelectorAll('[data-tool]');
  for (const button of tools) {
    if (button instanceof HTMLButtonElement) button.addEventListener('click', () => chooseTool(/** @type {Tool} */ (button.dataset.tool)));
  }
  for (const layer of /** @type {const} */ (['boxes', 'picture', 'found'])) byId(`show-${layer}`).addEventListener('change', () => toggleLayer(layer));
  byId('brush-size').addEventListener('input', () => set({ brush: { ...get().brush, size: Number(byId('brush-size').value) } }));
  byId('brush-erase').addEventListener('change', () => set({ brush: { ...get().brush, erase: byId('brush-erase').checked } }));
  byId('undo').addEventListener('click', undo);
  byId('redo').addEventListener('click', redo);
  watch(['tool', 'show', 'brush', 'found', 'past'], ({ tool, show, brush, found, past }) => {
    for (const button of tools) {
      if (button instanceof HTMLButtonElement) button.setAttribute('aria-pressed', String(button.dataset.tool === tool));
    }
    byId('brush').hidden = tool !== 'mask';
    byId('brush-size').value = brush.size;
    byId('brush-erase').checked = brush.erase;
    byId('show-boxes').checked = show.boxes;
    byId('show-picture').checked = show.picture;
    byId('show-found').checked = show.found;
    byId('show-found-label').hidden = !found;
    for (const [id, name, keys] of [['undo', past.undo, 'Ctrl+Z'], ['redo', past.redo, 'Ctrl+Shift+Z']]) {
      byId(id).disabled = !name;
      byId(id).title = name ? `${id === 'undo' ? 'Undo' : 'Redo'}: ${name} · ${keys}` : '';
    }
  });
}
