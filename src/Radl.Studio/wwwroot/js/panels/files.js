// @ts-check
import { announce, byId } from '../core/dom.js';
import { get, set } from '../core/store.js';
import { commit } from '../core/history.js';
import { emptyScene } from '../core/scene.js';
import { fromJson, settingsFrom, toJson } from '../core/scenefile.js';
import { getJson } from '../server/api.js';
import { clearErrors, guarded, notify } from '../server/errors.js';

/** Takes a scene, and settings where there are some, onto the page; one step of undo. @param {any} scene @param {any} settings @param {string} from */
export async function openRun(scene, settings, from) {
  const opened = await fromJson(scene);
  // A field that has the focus keeps what is typed there; now all of them take what was opened.
  if (document.activeElement instanceof HTMLElement && document.activeElement.matches('input, textarea')) document.activeElement.blur();
  clearErrors();
  commit(`open from ${from}`, opened);
  const now = get().settings;
  const seed = settings?.seed ?? scene.seed ?? null;
  set({
    selection: [], tool: 'select', zoom: 'fit',
    settings: settings ? settingsFrom({ ...settings, seed }, now) : seed === null ? now : { ...now, seed, seedLocked: true },
  });
  announce(`Scene opened: ${opened.instances.length} boxes`);
}

/** Opens a dropped or chosen file: a picture with its recipe, or a scene. @param {File} file */
export async function openFile(file) {
  if (file.type === 'image/png' || file.name.toLowerCase().endsWith('.png')) {
    const { scene, settings, warnings } = await getJson('/api/scenes/from-picture', { method: 'POST', body: file, headers: { 'Content-Type': 'image/png' } });
    await openRun(scene, settings, file.name);
    notify(`Scene and settings of ${file.name} are back.`);
    warn(file, warnings);
    return;
  }
  let scene;
  try {
    scene = JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is neither a scene (JSON) nor a PNG picture of this program.`);
  }
  const { warnings } = await getJson('/api/scenes/check', { method: 'POST', json: scene });
  await openRun(scene, null, file.name);
  notify(`${file.name} is open.`);
  warn(file, warnings);
}

/** @param {File} file @param {string[]} warnings */
function warn(file, warnings) {
  for (const warning of warnings) notify(`${file.name}: ${warning}.`, 'error');
}

/** Saves the scene as JSON that the command line reads as well. */
export async function exportScene() {
  const { scene, settings } = get();
  const text = JSON.stringify(await toJson(scene, settings.seed), null, 2) + '\n';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const name = scene.prompt.toLowerCase().match(/[a-z0-9]+/g)?.slice(0, 6).join('-') || 'scene';
  link.download = `${name}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  announce(`Saved as ${link.download}`);
}

/** Lets one choose a file. */
export const chooseFile = () => byId('file').click();

/** An empty canvas; undo brings the old one back. */
export function newScene() {
  clearErrors();
  commit('new scene', scene => ({ ...emptyScene(), width: scene.width, height: scene.height }));
  set({ result: null, found: null, maps: null, selection: [], tool: 'draw', map: { ...get().map, of: '' } });
  byId('prompt').focus();
}

export function startFiles() {
  const input = byId('file');
  const drop = byId('drop');
  byId('new').addEventListener('click', newScene);
  byId('import').addEventListener('click', chooseFile);
  byId('export').addEventListener('click', () => guarded(exportScene));
  input.addEventListener('change', async () => {
    const [file] = input.files;
    if (file) await guarded(() => openFile(file));
    input.value = '';
  });
  let depth = 0;
  const isFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files');
  addEventListener('dragenter', event => {
    if (!isFile(event)) return;
    depth++;
    drop.hidden = false;
  });
  addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) drop.hidden = true;
  });
  addEventListener('dragover', event => { if (isFile(event)) event.preventDefault(); });
  addEventListener('drop', event => {
    depth = 0;
    drop.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    guarded(() => openFile(file));
  });
}
