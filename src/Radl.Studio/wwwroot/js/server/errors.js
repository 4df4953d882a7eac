// @ts-check
import { byId, el, icon } from '../core/dom.js';
import { get, select } from '../core/store.js';
import { Problem, Unreachable } from './api.js';

/** @type {(() => void)[]} */
let clearing = [];

/** Takes all field errors away. */
export function clearErrors() {
  for (const clear of clearing) clear();
  clearing = [];
}

/** Shows a passing message. @param {string} text @param {'info' | 'error'} [kind] */
export function notify(text, kind = 'info') {
  const notice = el('div', { class: `notice ${kind}`, ...(kind === 'error' && { role: 'alert' }) }, el('span', {}, text),
    el('button', { type: 'button', class: 'button quiet only small', 'aria-label': 'Dismiss', click: () => notice.remove() }, icon('close')));
  const all = byId('notices');
  all.append(notice);
  while (all.children.length > 3) all.firstElementChild.remove();
  if (kind === 'info') setTimeout(() => notice.remove(), 6000);
}

/**
 * Tells what went wrong: at the field that a problem names, else where there is room.
 * @param {unknown} error @param {HTMLElement} [place] shows what names no field
 */
export function report(error, place) {
  if (error instanceof Unreachable) return; // the banner says it
  if (!(error instanceof Error)) throw error;
  let text = error.message;
  if (error instanceof Problem && error.retryAfter) text += ` Try again in ${error.retryAfter} s.`;
  if (error instanceof Problem && error.path && atField(error.path, text)) return;
  if (!place) return notify(text, 'error');
  place.textContent = text;
  place.hidden = false;
  clearing.push(() => { place.hidden = true; });
}

/** @param {string} path as scene.instances[1].box @param {string} text */
function atField(path, text) {
  const short = path.replace(/^\$\.?/, '').replace(/^scene\./, '');
  const at = /^instances\[(\d+)\](?:\.(\w+))?/.exec(short);
  if (at) {
    const one = get().scene.instances[Number(at[1])];
    if (!one) return false;
    select([one.id]);
    // The card of a selected instance is drawn in the next microtask.
    queueMicrotask(() => queueMicrotask(() => mark(field(`instance.${at[2] ?? 'label'}`) ?? field('instance.label'), text)));
    return true;
  }
  for (let name = short; name; name = name.replace(/[.[][^.[]*$|^[^.[]*$/, '')) {
    const found = field(name) ?? field(`settings.${name}`);
    if (!found) continue;
    if (found.closest('#pane-settings')) document.getElementById('tab-settings')?.click();
    mark(found, text);
    return true;
  }
  return false;
}

/** @param {string} name @returns {HTMLElement | null} */
const field = name => document.querySelector(`[data-path="${CSS.escape(name)}"]`);

let count = 0;
/** @param {HTMLElement | null} found @param {string} text */
function mark(found, text) {
  if (!found) return notify(text, 'error');
  const id = `error-${++count}`;
  const note = el('p', { class: 'error-text', id, role: 'alert' }, text);
  const input = found.matches('input, select, textarea') ? found : found.querySelector('input, select, textarea') ?? found;
  const before = input.getAttribute('aria-describedby');
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', id);
  (found.closest('.field') ?? found).after(note);
  if (input instanceof HTMLElement && input !== found.closest('ol, ul')) input.focus();
  const clear = () => {
    note.remove();
    input.removeAttribute('aria-invalid');
    if (before) input.setAttribute('aria-describedby', before);
    else input.removeAttribute('aria-describedby');
  };
  input.addEventListener('input', clear, { once: true });
  clearing.push(clear);
}

/** Runs an action; what goes wrong is told. @param {() => Promise<any>} action @param {HTMLElement} [place] */
export async function guarded(action, place) {
  try {
    return await action();
  } catch (error) {
    report(error, place);
    return undefined;
  }
}

