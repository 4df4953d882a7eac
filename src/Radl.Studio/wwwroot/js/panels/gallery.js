// @ts-check
import { announce, byId, debounce, el, iconButton } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';
import { call, getJson, shown } from '../server/api.js';
import { guarded } from '../server/errors.js';
import { onReturn } from '../server/connection.js';
import { openRun } from './files.js';
import { showResult } from './result.js';

/** @typedef {import('../core/types.js').Generation} Generation */

const PAGE = 24;
/** @type {string | null} */
let next = null;
let asked = 0;
let isLoading = false;

const query = () => byId('search').value.trim();

/** @param {string | null} before */
const page = before => getJson(`/api/generations?${new URLSearchParams({ state: 'done', limit: String(PAGE), ...(query() && { query: query() }), ...(before && { before }) })}`);

/** Shows the newest again. */
export async function refresh() {
  const mine = ++asked;
  const { items, next: more } = await page(null);
  if (mine !== asked) return;
  next = more;
  byId('gallery').replaceChildren(...items.map(item));
  byId('gallery-note').textContent = items.length ? '' : query() ? 'Nothing found' : 'Pictures that you make are kept here.';
  mark();
}

/** Appends older ones when the end of the strip comes near. */
async function more() {
  if (!next || isLoading) return;
  isLoading = true;
  try {
    const mine = asked;
    const { items, next: rest } = await page(next);
    if (mine !== asked) return;
    next = rest;
    byId('gallery').append(...items.map(item));
    mark();
  } finally {
    isLoading = false;
  }
}

/** @param {Generation} one */
function item(one) {
  const picture = el('img', { alt: '', loading: 'lazy', width: 80, height: 80 });
  guarded(async () => { picture.src = one.images?.length ? await shown(one.images[0].url) : ''; });
  const method = get().methods.find(each => each.name === one.settings.method)?.title ?? one.settings.method;
  const root = el('li', { class: 'tile', 'data-id': one.id },
    el('button', { type: 'button', class: 'tile-open', title: `${one.scene.prompt}\n${method}, seed ${one.settings.seed}`, 'aria-label': `Open: ${one.scene.prompt || 'without prompt'}, ${method}, seed ${one.settings.seed}`, click: () => guarded(() => open(one)) },
      picture, el('span', { class: 'tile-method' }, method)),
    iconButton('close', `Delete: ${one.scene.prompt || 'without prompt'}, seed ${one.settings.seed}`, () => guarded(() => remove(one, root)), 'button only small tile-delete'));
  return root;
}

/** @param {Generation} one */
async function open(one) {
  await openRun(one.scene, one.settings, 'gallery');
  showResult(one);
}

/** @param {Generation} one @param {HTMLElement} root */
async function remove(one, root) {
  await call(`/api/generations/${encodeURIComponent(one.id)}`, { method: 'DELETE' });
  const near = /** @type {HTMLElement | null} */ (root.nextElementSibling ?? root.previousElementSibling);
  root.remove();
  near?.querySelector('button')?.focus();
  if (get().result?.id === one.id) set({ result: null, found: null, maps: null });
  announce('Deleted from the gallery');
}

function mark() {
  const id = get().result?.id;
  for (const tile of byId('gallery').children) tile.classList.toggle('chosen', tile.getAttribute('data-id') === id);
}

export function startGallery() {
  const strip = byId('gallery');
  byId('search').addEventListener('input', debounce(() => guarded(refresh), 200));
  strip.addEventListener('scroll', () => { if (strip.scrollLeft + strip.clientWidth > strip.scrollWidth - 400) guarded(more); });
  strip.addEventListener('wheel', (/** @type {WheelEvent} */ event) => {
    if (event.deltaX || event.shiftKey || event.ctrlKey) return;
    strip.scrollLeft += event.deltaY;
  }, { passive: true });
  watch(['result'], mark);
  onReturn(() => guarded(refresh));
  guarded(refresh);
}
