// @ts-check
import { announce, byId, debounce, el, icon, show } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';
import { commit, seal } from '../core/history.js';
import { marks, toggled, verbsOf } from '../core/verbs.js';
import { getJson, Problem, Unreachable } from '../server/api.js';
import { onReturn } from '../server/connection.js';
import { notify } from '../server/errors.js';

const PAUSE = 180; // milliseconds after the last letter

/** @type {AbortController | null} */
let asked = null;
let known = '';

async function extract() {
  const { prompt } = get().scene;
  if (prompt === known) return;
  asked?.abort();
  asked = new AbortController();
  try {
    const extraction = prompt.trim() ? await getJson('/api/relations', { method: 'POST', json: { prompt }, signal: asked.signal }) : { verbs: [], relations: [] };
    known = prompt;
    set({ extraction });
  } catch (error) {
    if (error instanceof Problem) {
      // A prompt that is refused is told when it is sent; asking again would change nothing.
      known = prompt;
      set({ extraction: { verbs: [], relations: [] } });
      return;
    }
    // A newer prompt was asked about, or the banner tells.
    if (!(error instanceof Unreachable || (error instanceof DOMException && error.name === 'AbortError'))) throw error;
  }
}

const extractSoon = debounce(extract, PAUSE);

/** @param {string} verb @param {number} start */
function toggle(verb, start) {
  const { scene, extraction } = get();
  const next = toggled(scene, extraction, verb, start);
  if (!next) return notify('A verb joins two boxes: draw two, then choose it again.');
  const added = (next.relations?.length ?? 0) > 0 && next.relations?.some(one => one.verb === verb);
  commit(added ? 'add verb' : 'remove verb', next);
  announce(added ? `${verb} acts as a verb` : `${verb} does not act`);
}

/** The word around a place of the prompt, or the verb that it belongs to. @param {number} at */
function wordAt(at) {
  const { scene, extraction } = get();
  const mark = marks(scene, extraction).find(one => at >= one.start && at <= one.start + one.length);
  if (mark) return mark;
  return words(scene.prompt).find(one => at >= one.start && at <= one.start + one.length);
}

/** @param {string} prompt */
const words = prompt => [...prompt.matchAll(/[\p{L}\p{N}'’-]+/gu)].map(match => ({ text: match[0], start: match.index, length: match[0].length }));

/** The prompt again, behind the field, with the verbs marked. */
function drawMarks() {
  const { scene, extraction } = get();
  const parts = [];
  let at = 0;
  for (const mark of marks(scene, extraction)) {
    parts.push(scene.prompt.slice(at, mark.start), el('mark', { class: mark.acts ? 'acts' : 'off' }, scene.prompt.slice(mark.start, mark.start + mark.length)));
    at = mark.start + mark.length;
  }
  byId('prompt-back').replaceChildren(...parts, scene.prompt.slice(at) + '\n');
}

/** The verbs that act, each with a way to remove it. */
function drawVerbs() {
  const { scene, extraction } = get();
  const all = marks(scene, extraction);
  const acting = [...new Map([...verbsOf(scene, extraction).map(text => ({ text, start: 0 })), ...all].map(one => [one.text, one])).values()]
    .filter(one => (scene.relations ? scene.relations.some(r => r.verb === one.text) : extraction.verbs.some(v => v.text === one.text)));
  const isOpen = !byId('words').hidden;
  byId('prompt-verbs').replaceChildren(
    el('span', { class: 'verbs-name' }, acting.length ? (acting.length > 1 ? 'Verbs' : 'Verb') : 'No verb acts'),
    ...acting.map(one => el('button', { type: 'button', class: 'chip acts', 'aria-label': `Remove the verb ${one.text}`, title: 'Remove this verb', click: () => toggle(one.text, one.start) }, one.text, icon('close'))),
    el('button', { type: 'button', class: 'button quiet small link-like', 'aria-expanded': isOpen, 'aria-controls': 'words', click: openWords }, isOpen ? 'Done' : 'Choose words'));
}

function openWords() {
  byId('words').hidden = !byId('words').hidden;
  drawVerbs();
  drawWords();
  byId('prompt-verbs').querySelector('[aria-controls]')?.focus();
}

/** Every word as a button: pressed, it acts as a verb. */
function drawWords() {
  const box = byId('words');
  if (box.hidden) return;
  const { scene, extraction } = get();
  const all = marks(scene, extraction);
  const focused = [...box.children].indexOf(document.activeElement);
  const free = words(scene.prompt).filter(word => !all.some(mark => word.start < mark.start + mark.length && mark.start < word.start + word.length));
  const buttons = [...all, ...free.map(word => ({ ...word, acts: false }))].sort((a, b) => a.start - b.start)
    .map(word => el('button', { type: 'button', class: 'word', 'aria-pressed': word.acts, click: () => toggle(word.text, word.start) }, word.text));
  box.replaceChildren(...buttons);
  if (focused >= 0) buttons[Math.min(focused, buttons.length - 1)]?.focus();
}

export function startPrompt() {
  const field = byId('prompt');
  field.addEventListener('input', () => {
    commit('type prompt', scene => ({ ...scene, prompt: field.value }), 'prompt');
    extractSoon();
  });
  field.addEventListener('change', seal);
  field.addEventListener('click', (/** @type {MouseEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    const word = wordAt(field.selectionStart);
    if (word) toggle(word.text, word.start);
  });
  const negative = byId('negative');
  negative.addEventListener('input', () => commit('type negative prompt', scene => ({ ...scene, negativePrompt: negative.value }), 'negative'));
  negative.addEventListener('change', seal);
  onReturn(extract);
  watch(['scene', 'extraction'], ({ scene }) => {
    // While one types, the field leads; undo may have led as well.
    if (field.value !== scene.prompt) field.value = scene.prompt;
    show(negative, scene.negativePrompt);
    if (scene.prompt !== known) extractSoon();
    drawMarks();
    drawVerbs();
    drawWords();
  });
  extract();
}
