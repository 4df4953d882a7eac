// @ts-check
import { askKey, currentKey } from './key.js';
import { lost, found } from './connection.js';

/** An answer that is an error: RFC 9457 problem details. */
export class Problem extends Error {
  /** @param {number} status @param {string} message @param {string} path @param {number | null} retryAfter seconds */
  constructor(status, message, path = '', retryAfter = null) {
    super(message);
    this.status = status;
    this.path = path;
    this.retryAfter = retryAfter;
  }
}

/** The server cannot be reached; the banner says so. */
export class Unreachable extends Error {}

/**
 * Sends a request; asks for the key where the server wants one.
 * @param {string} path
 * @param {{method?: string, json?: any, body?: BodyInit, headers?: Record<string, string>, signal?: AbortSignal}} [options]
 * @returns {Promise<Response>} an answer that is no error
 */
export async function call(path, { method = 'GET', json, body, headers = {}, signal } = {}) {
  for (;;) {
    const key = currentKey();
    let answer;
    try {
      answer = await fetch(path, {
        method, signal,
        headers: { ...headers, ...(json !== undefined && { 'Content-Type': 'application/json' }), ...(key && { Authorization: `Bearer ${key}` }) },
        body: json !== undefined ? JSON.stringify(json) : body,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      lost();
      throw new Unreachable('The server does not answer.');
    }
    found();
    if (answer.status === 401 && await askKey(key)) continue;
    if (!answer.ok) throw await problem(answer);
    return answer;
  }
}

/** @param {Response} answer */
async function problem(answer) {
  const text = await answer.text();
  const retry = Number(answer.headers.get('Retry-After')) || null;
  try {
    const details = JSON.parse(text);
    const path = details.path ?? '';
    // The detail begins with the path for those who read nothing else; at its field that says nothing new.
    const detail = (details.detail ?? details.title ?? answer.statusText).replace(path && `${path}: `, '');
    return new Problem(answer.status, detail, path, retry);
  } catch {
    return new Problem(answer.status, `The server answered ${answer.status} ${answer.statusText}`.trim(), '', retry);
  }
}

/** Asks for JSON. @param {string} path @param {Parameters<typeof call>[1]} [options] @returns {Promise<any>} */
export const getJson = async (path, options) => (await call(path, options)).json();

/** An address that an img can show: with a key the picture is fetched first, because an img sends none. @param {string} url @returns {Promise<string>} */
export async function shown(url) {
  return currentKey() ? URL.createObjectURL(await (await call(url)).blob()) : url;
}
