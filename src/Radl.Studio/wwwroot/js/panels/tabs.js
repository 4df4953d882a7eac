// @ts-check
import { byId } from '../core/dom.js';

const NAMES = ['settings', 'result'];

/** @param {string} name @param {boolean} [focus] */
export function openTab(name, focus = false) {
  for (const one of NAMES) {
    const tab = byId(`tab-${one}`);
    tab.setAttribute('aria-selected', String(one === name));
    tab.tabIndex = one === name ? 0 : -1;
    if (one === name) tab.classList.remove('news');
    byId(`pane-${one}`).hidden = one !== name;
    if (focus && one === name) tab.focus();
  }
}

/** Opens a tab that nobody asked for: not under the hands of a person who is at work in another, whose tab then only says that there is news. @param {string} name */
export function offerTab(name) {
  const isBusy = NAMES.some(one => one !== name && byId(`pane-${one}`).contains(document.activeElement));
  if (isBusy) byId(`tab-${name}`).classList.add('news');
  else openTab(name);
}

export function startTabs() {
  for (const name of NAMES) {
    byId(`tab-${name}`).addEventListener('click', () => openTab(name));
    byId(`tab-${name}`).addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') openTab(NAMES[1 - NAMES.indexOf(name)], true);
    });
  }
}
