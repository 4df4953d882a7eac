// @ts-check
import { byId, icon, show } from '../core/dom.js';
import { get, set, watch } from '../core/store.js';
import { getJson } from '../server/api.js';
import { guarded } from '../server/errors.js';
import { onReturn } from '../server/connection.js';

/** @typedef {import('../core/types.js').Settings} Settings */

/** Fields that hold a number, and whether they may be left open. @type {[string, keyof Settings, boolean][]} */
const NUMBERS = [['steps', 'steps', false], ['control-steps', 'controlSteps', true], ['guidance', 'guidance', true], ['count', 'count', false], ['seed', 'seed', true]];
/** @type {[string, keyof Settings][]} */
const CHOICES = [['model', 'model'], ['method', 'method'], ['scheduler', 'scheduler']];

/** @param {Partial<Settings>} part */
export const change = part => set({ settings: { ...get().settings, ...part } });

/** A seed by chance. */
export const drawSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;

/** Fills a list of choices. @param {HTMLSelectElement} list @param {{value: string, text: string, off?: boolean}[]} choices */
function fill(list, choices) {
  list.replaceChildren(...choices.map(({ value, text, off }) => {
    const option = new Option(text, value);
    option.disabled = Boolean(off);
    return option;
  }));
}

/** The model that is chosen, as the server describes it. */
export const modelNow = () => get().models.find(one => one.name === get().settings.model);

/** The methods that the chosen model can draw with. */
export function methodsNow() {
  const can = modelNow()?.methods;
  return get().methods.filter(one => !can || can.includes(one.name));
}

async function load() {
  const [models, methods, schedulers] = await Promise.all([getJson('/api/models'), getJson('/api/methods'), getJson('/api/schedulers')]);
  const { settings } = get();
  const model = models.find((/** @type {any} */ one) => one.name === settings.model) ?? models.find((/** @type {any} */ one) => one.default) ?? models[0];
  const can = model?.methods ?? [];
  set({ models, methods, schedulers, settings: { ...settings, model: model?.name ?? '', method: can.length && !can.includes(settings.method) ? can[0] : settings.method } });
}

function draw() {
  const { settings, models, methods, schedulers } = get();
  const can = modelNow()?.methods;
  fill(byId('model'), models.map(one => ({ value: one.name, text: one.native_size ? `${one.name} (${one.native_size} px)` : one.name })));
  fill(byId('method'), methods.map(one => ({ value: one.name, text: can && !can.includes(one.name) ? `${one.title} (no adapter)` : one.title, off: can && !can.includes(one.name) })));
  fill(byId('scheduler'), schedulers.map(name => ({ value: name, text: name })));
  for (const [id, key] of CHOICES) byId(id).value = settings[key];
  for (const [id, key] of NUMBERS) show(byId(id), settings[key]);
  const method = methods.find(one => one.name === settings.method);
  byId('method-note').textContent = method?.description ?? '';
  byId('guidance').placeholder = modelNow()?.guidance ? `model's: ${modelNow().guidance}` : 'usual: 7.5';
  byId('maps').checked = settings.maps;
  byId('maps').disabled = method?.attention_maps === false;
  byId('control-steps').placeholder = `half: ${Math.ceil(settings.steps / 2)}`;
  byId('control-steps').disabled = settings.method === 'sd'; // nothing is controlled by the prompt alone
  const lock = byId('seed-lock');
  lock.setAttribute('aria-pressed', String(settings.seedLocked));
  lock.replaceChildren(icon(settings.seedLocked ? 'lock' : 'unlock'));
  lock.title = settings.seedLocked ? 'Each picture uses this seed' : 'Each picture gets a new seed';
}

export function startSettings() {
  for (const [id, key] of CHOICES) byId(id).addEventListener('change', () => change({ [key]: byId(id).value }));
  for (const [id, key, open] of NUMBERS) {
    byId(id).addEventListener('input', () => {
      const { value } = byId(id);
      if (value === '' ? open : !Number.isNaN(Number(value))) change({ [key]: value === '' ? null : Number(value) });
    });
    byId(id).addEventListener('blur', () => show(byId(id), get().settings[key]));
  }
  byId('seed').addEventListener('change', () => { if (byId('seed').value !== '') change({ seedLocked: true }); });
  byId('maps').addEventListener('change', () => change({ maps: byId('maps').checked }));
  byId('seed-dice').addEventListener('click', () => change({ seed: drawSeed() }));
  byId('seed-lock').addEventListener('click', () => {
    const { settings } = get();
    change({ seedLocked: !settings.seedLocked, seed: settings.seed ?? drawSeed() });
  });
  byId('settings').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
  watch(['settings', 'models', 'methods', 'schedulers'], draw);
  const loads = () => guarded(load);
  onReturn(() => { if (!get().models.length) loads(); });
  loads();
}
