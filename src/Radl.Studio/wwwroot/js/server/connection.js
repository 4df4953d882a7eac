// @ts-check
import { byId } from '../core/dom.js';

const WAITS = [1, 2, 4, 8, 15];
let tries = 0;
let timer = 0;
let isLost = false;
/** @type {(() => void)[]} */
const returned = [];

/** Calls whenever the server answers again. @param {() => void} action */
export const onReturn = action => returned.push(action);

/** The server does not answer: says so, and asks again until it does. */
export function lost() {
  if (isLost) return;
  isLost = true;
  tries = 0;
  byId('banner').hidden = false;
  later();
}

/** The server answers. */
export function found() {
  if (!isLost) return;
  isLost = false;
  clearTimeout(timer);
  byId('banner').hidden = true;
  for (const action of returned) action();
}

function later() {
  const wait = WAITS[Math.min(tries++, WAITS.length - 1)];
  byId('banner-text').textContent = `The server does not answer. Your scene is kept; trying again in ${wait} s.`;
  clearTimeout(timer);
  timer = setTimeout(probe, wait * 1000);
}

async function probe() {
  try {
    await fetch('/health');
    found();
  } catch {
    later();
  }
}

export function startConnection() {
  byId('banner-retry').addEventListener('click', probe);
}
