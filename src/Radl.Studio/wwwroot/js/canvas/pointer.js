// @ts-check
import { byId, svg } from '../core/dom.js';
import { get, instance, select, set } from '../core/store.js';
import { begin } from '../core/history.js';
import { add, MOST_INSTANCES, place } from '../core/scene.js';
import { around, between, moved, resized, rounded, SMALLEST, touch } from '../core/geometry.js';
import { snapEdges, snapMove } from '../core/snapping.js';
import { pointOf, size } from './stage.js';
import { draft, focusBox } from './board.js';
import { arrow } from './arrows.js';
import { brush } from './brush.js';
import { openRelation } from '../panels/relationdialog.js';
import { focusLabel } from '../panels/instances.js';
import { notify } from '../server/errors.js';

/** @typedef {import('../core/types.js').Point} Point @typedef {import('../core/types.js').Box} Box */
/** @typedef {{move: (p: Point, e: PointerEvent) => void, end: (p: Point, e: PointerEvent) => void, cancel: () => void}} Gesture */

const SNAP = 7; // CSS pixels
const STILL = 3;

/** @type {Gesture | null} */
let gesture = null;

const tolerance = () => ({ x: SNAP / size().w, y: SNAP / size().h });
/** @param {number[]} ids */
const boxesBut = ids => get().scene.instances.filter(one => !ids.includes(one.id)).map(one => one.box);
/** @param {Box} box @param {string} kind */
function rect(box, kind) {
  const { w, h } = size();
  return svg('rect', { class: kind, x: box[0] * w, y: box[1] * h, width: (box[2] - box[0]) * w, height: (box[3] - box[1]) * h });
}
/** @param {Point} a @param {Point} b */
const isStill = (a, b) => Math.hypot((a.x - b.x) * size().w, (a.y - b.y) * size().h) < STILL;
/** @param {Element | null} target */
const boxAt = target => Number(target?.closest('[data-box]')?.getAttribute('data-box') ?? NaN);

/** @param {Point} start @param {number} id @param {PointerEvent} event @returns {Gesture} */
function move(start, id, event) {
  const { selection } = get();
  const extend = event.shiftKey || event.ctrlKey || event.metaKey;
  if (extend) select(selection.includes(id) ? selection.filter(one => one !== id) : [...selection, id]);
  else if (!selection.includes(id)) select([id]);
  const ids = get().selection;
  const change = begin();
  const old = new Map(change.before.instances.filter(one => ids.includes(one.id)).map(one => [one.id, one.box]));
  let isMoved = false;
  return {
    move(p, e) {
      if (!old.size || (!isMoved && isStill(start, p))) return;
      isMoved = true;
      const whole = around([...old.values()]);
      const free = moved(whole, p.x - start.x, p.y - start.y);
      const { box, guides } = e.altKey ? { box: free, guides: [] } : snapMove(free, boxesBut(ids), tolerance());
      const [dx, dy] = [box[0] - whole[0], box[1] - whole[1]];
      change.update(place(change.before, new Map([...old].map(([one, b]) => [one, rounded([b[0] + dx, b[1] + dy, b[2] + dx, b[3] + dy])]))));
      set({ guides });
    },
    end() {
      if (isMoved) change.commit(ids.length > 1 ? 'move boxes' : 'move box');
      else if (!extend) select([id]);
    },
    cancel: change.cancel,
  };
}

/** @param {Point} start @param {string} handle @returns {Gesture} */
function resize(start, handle) {
  const [id] = get().selection;
  const change = begin();
  const old = /** @type {Box} */ (instance(id)?.box);
  return {
    move(p, e) {
      let box = resized(old, handle, p.x - start.x, p.y - start.y);
      let guides = /** @type {import('../core/types.js').Guide[]} */ ([]);
      if (!e.altKey) ({ box, guides } = snapEdges(box, handle, boxesBut([id]), tolerance()));
      change.update(place(change.before, new Map([[id, rounded(box)]])));
      set({ guides });
    },
    end: () => change.commit('resize box'),
    cancel: change.cancel,
  };
}

/** @param {Point} start @returns {Gesture} */
function drawNew(start) {
  const change = begin();
  /** @type {Box | null} */
  let box = null;
  return {
    move(p, e) {
      box = between(start, p);
      const handle = (p.y < start.y ? 'n' : 's') + (p.x < start.x ? 'w' : 'e');
      if (!e.altKey) {
        const snapped = snapEdges(box, handle, boxesBut([]), tolerance());
        set({ guides: snapped.guides });
        box = snapped.box;
      }
      draft(rect(box, 'new'));
    },
    end() {
      if (!box || box[2] - box[0] < SMALLEST || box[3] - box[1] < SMALLEST) return select([]);
      if (change.before.instances.length >= MOST_INSTANCES) return notify(`A scene holds at most ${MOST_INSTANCES} instances.`, 'error');
      const scene = add(change.before, { box: rounded(box) });
      change.update(scene);
      change.commit('draw box');
      set({ tool: 'select', selection: [scene.instances[scene.instances.length - 1].id] });
      focusLabel();
    },
    cancel: () => undefined,
  };
}

/** @param {Point} start @param {PointerEvent} event @returns {Gesture} */
function band(start, event) {
  const kept = event.shiftKey ? get().selection : [];
  select(kept);
  return {
    move(p) {
      const area = between(start, p);
      draft(rect(area, 'band'));
      const inside = get().scene.instances.filter(one => touch(one.box, area)).map(one => one.id);
      select([...kept, ...inside.filter(id => !kept.includes(id))]);
    },
    end: () => undefined,
    cancel: () => undefined,
  };
}

/** @param {number} subject @returns {Gesture} */
function relate(subject) {
  const one = instance(subject);
  return {
    move(p) {
      const { w, h } = size();
      const from = /** @type {Box} */ (one?.box.map((value, i) => value * (i % 2 ? h : w)));
      draft(svg('path', { class: 'new-arrow', 'marker-end': 'url(#tip)', d: arrow(from, [p.x * w, p.y * h, p.x * w, p.y * h], 0).d }));
    },
    end(_, e) {
      const object = boxAt(document.elementFromPoint(e.clientX, e.clientY));
      if (instance(object) && object !== subject) openRelation({ subject, object });
    },
    cancel: () => undefined,
  };
}

/** @param {PointerEvent} event @returns {Gesture | null} */
function begins(event) {
  const target = /** @type {Element} */ (event.target);
  const p = pointOf(event);
  const { tool } = get();
  if (tool === 'mask') return brush(p, event);
  if (tool === 'draw') return drawNew(p);
  const handle = target.closest('[data-handle]')?.getAttribute('data-handle');
  if (handle) return resize(p, handle);
  const link = target.closest('[data-link]')?.getAttribute('data-link');
  if (link) return relate(Number(link));
  const relation = target.closest('[data-relation]')?.getAttribute('data-relation');
  if (relation) {
    openRelation({ index: Number(relation) });
    return null;
  }
  const id = boxAt(target);
  if (tool === 'relate') return instance(id) ? relate(id) : null;
  return instance(id) ? move(p, id, event) : band(p, event);
}

/** Gives up the gesture that is under way. @returns {boolean} whether there was one */
export function cancelGesture() {
  if (!gesture) return false;
  gesture.cancel();
  finish();
  return true;
}

function finish() {
  gesture = null;
  draft();
  set({ guides: [] });
}

export function startPointer() {
  const board = byId('board');
  board.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
    if ((event.button !== 0 && !(event.button === 2 && get().tool === 'mask')) || gesture) return;
    event.preventDefault();
    const id = boxAt(/** @type {Element} */ (event.target));
    if (instance(id) && get().tool !== 'draw') focusBox(id);
    else board.focus({ preventScroll: true });
    gesture = begins(event);
    if (gesture) board.setPointerCapture(event.pointerId);
  });
  board.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => {
    const p = pointOf(event);
    const { scene } = get();
    byId('readout').textContent = p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1 ? `${Math.round(p.x * scene.width)}, ${Math.round(p.y * scene.height)}` : '';
    gesture?.move(p, event);
  });
  board.addEventListener('pointerup', (/** @type {PointerEvent} */ event) => {
    if (!gesture) return;
    const ended = gesture;
    finish();
    ended.end(pointOf(event), event);
  });
  board.addEventListener('pointerleave', () => { byId('readout').textContent = ''; });
  board.addEventListener('pointercancel', cancelGesture);
  board.addEventListener('contextmenu', (/** @type {Event} */ event) => { if (get().tool === 'mask') event.preventDefault(); });
}
