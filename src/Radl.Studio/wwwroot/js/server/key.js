// @ts-check
import { byId } from '../core/dom.js';

const NAME = 'radl.key';
/** @type {Promise<boolean> | null} */
let asking = null;

/** The access key of this tab, or empty. */
export const currentKey = () => sessionStorage.getItem(NAME) ?? '';

/** Asks for the key, once for all requests that were refused together. @param {string} refused the key that was sent @returns {Promise<boolean>} whether there is another key now */
export function askKey(refused) {
  if (currentKey() !== refused) return Promise.resolve(true);
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

/** @returns {Promise<boolean>} */
function ask() {
  const dialog = byId('key-dialog');
  const field = byId('key');
  field.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  field.focus();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    const key = field.value.trim();
    if (dialog.returnValue !== 'use' || !key) return resolve(false);
    sessionStorage.setItem(NAME, key);
    resolve(true);
  }, { once: true }));
}
