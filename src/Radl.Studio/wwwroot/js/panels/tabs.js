// @ts-check
import { byId } from '../core/dom.js';

const NAMES = ['settings', 'result'];

/** @param {string} name @param {boolean} [focus] */
export function openTab(name, focus = false) {
  for (const one of NAMES) {
    const tab = byId(`tab-${one}`);
    tab.setAttribute('aria-selected', String(one === name));
    tab.tabIndex = one === name ? 0 : -1;
    byId(`pane-${one}`).hidden = one !== name;
    if (focus && one === name) tab.focus();
  }
}

export function startTabs() {
  for (const name of NAMES) {
    byId(`tab-${name}`).addEventListener('click', () => openTab(name));
    byId(`tab-${name}`).addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') openTab(NAMES[1 - NAMES.indexOf(name)], true);
    });
  }
}
