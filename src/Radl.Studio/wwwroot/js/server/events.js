// @ts-check
import { call, Problem } from './api.js';

/**
 * Reads a stream of server-sent events. fetch instead of EventSource, because that cannot send an access key.
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<{type: string, data: string, id: string | null}>}
 */
export async function* events(stream) {
  const reader = stream.pipeThrough(/** @type {ReadableWritablePair<string, Uint8Array>} */ (new TextDecoderStream())).getReader();
  let rest = '';
  let event = { type: 'message', data: '', id: /** @type {string | null} */ (null) };
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n|\r/);
      rest = /** @type {string} */ (lines.pop());
      for (const line of lines) {
        if (line === '') {
          if (event.data) yield { ...event, data: event.data.slice(0, -1) };
          event = { type: 'message', data: '', id: event.id };
          continue;
        }
        const [, name, text] = /** @type {RegExpExecArray} */ (/^([^:]*)(?:: ?(.*))?$/s.exec(line));
        if (name === 'event') event.type = text ?? '';
        else if (name === 'data') event.data += (text ?? '') + '\n';
        else if (name === 'id') event.id = text ?? '';
      }
    }
  } finally {
    reader.cancel().catch(() => undefined); // the connection may be gone already, and nobody waits for the rest
  }
}

const TERMINAL = ['done', 'failed', 'cancelled'];

/**
 * Follows a job to its end; takes up again where a connection broke.
 * @param {string} id
 * @param {(type: string, data: any) => void} saw
 */
export async function follow(id, saw) {
  let last = '';
  for (let failures = 0; ; failures++) {
    try {
      const answer = await call(`/api/generations/${encodeURIComponent(id)}/events`, { headers: { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) } });
      for await (const event of events(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (answer.body))) {
        failures = 0;
        last = event.id ?? last;
        saw(event.type, JSON.parse(event.data));
        if (TERMINAL.includes(event.type)) return;
      }
    } catch (error) {
      // The job is gone for good (removed meanwhile); anything else is worth another try.
      if (error instanceof Problem && error.status < 500 && error.status !== 429) return saw('failed', { error: error.message });
    }
    await new Promise(resolve => setTimeout(resolve, Math.min(8000, 500 * 2 ** failures)));
  }
}
