// @ts-check
/** Verbs and relations between prompt and boxes. Pure. */
/** @typedef {import('./types.js').Scene} Scene @typedef {import('./types.js').Extraction} Extraction @typedef {import('./types.js').Relation} Relation @typedef {import('./types.js').Verb} Verb */

const SMALL_WORDS = new Set(['a', 'an', 'the', 'of', 'on', 'in', 'and', 'with']);

/** @param {string} text */
const words = text => text.toLowerCase().match(/[\p{L}\p{N}]+/gu)?.filter(word => !SMALL_WORDS.has(word)) ?? [];

/** How well a label fits a phrase: shared words, the last, which names the thing, counts three times. @param {string} label @param {string} phrase */
function likeness(label, phrase) {
  const [a, b] = [words(label), words(phrase)];
  if (!a.length || !b.length) return 0;
  return a.filter(word => b.includes(word)).length + (a.at(-1) === b.at(-1) ? 2 : 0);
}

/** The instance that a phrase means. @param {Scene} scene @param {string | null} phrase @param {number} [not] */
function meant(scene, phrase, not) {
  const scored = scene.instances.filter(one => one.id !== not).map(one => ({ id: one.id, score: likeness(one.label, phrase ?? '') }));
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a), { id: 0, score: 0 });
  return best.score > 0 ? best.id : null;
}

/** The prompt's relations between boxes; those whose things have no box are left out. @param {Scene} scene @param {Extraction} extraction @returns {Relation[]} */
export function promptRelations(scene, extraction) {
  /** @type {Relation[]} */
  const found = [];
  for (const one of extraction.relations) {
    const subject = meant(scene, one.subject);
    const object = subject === null ? null : meant(scene, one.object, subject);
    if (subject !== null && object !== null && !found.some(r => r.subject === subject && r.object === object && r.verb === one.verb)) {
      found.push({ subject, verb: one.verb, object });
    }
  }
  return found;
}

/** The relations that will act. @param {Scene} scene @param {Extraction} extraction */
export const relationsOf = (scene, extraction) => scene.relations ?? promptRelations(scene, extraction);

/** Places of a phrase in a prompt, at word borders. @param {string} prompt @param {string} phrase @returns {Verb[]} */
function places(prompt, phrase) {
  const found = [];
  const [text, part] = [prompt.toLowerCase(), phrase.toLowerCase()];
  const isLetter = (/** @type {string | undefined} */ c) => c !== undefined && /[\p{L}\p{N}]/u.test(c);
  for (let at = text.indexOf(part); part && at >= 0; at = text.indexOf(part, at + 1)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + part.length])) found.push({ text: phrase, start: at, length: part.length });
  }
  return found;
}

/**
 * The prompt's verbs, and whether each acts.
 * @param {Scene} scene @param {Extraction} extraction @returns {(Verb & {acts: boolean})[]} in the order of the prompt, without overlap
 */
export function marks(scene, extraction) {
  const current = extraction.verbs.filter(verb => scene.prompt.slice(verb.start, verb.start + verb.length).toLowerCase() === verb.text.toLowerCase());
  const chosen = scene.relations && [...new Set(scene.relations.map(one => one.verb))];
  const all = chosen
    ? [...chosen.flatMap(verb => places(scene.prompt, verb)).map(verb => ({ ...verb, acts: true })),
      ...current.filter(verb => !chosen.includes(verb.text)).map(verb => ({ ...verb, acts: false }))]
    : current.map(verb => ({ ...verb, acts: true }));
  all.sort((a, b) => a.start - b.start);
  let end = 0;
  return all.filter(verb => verb.start >= end && (end = verb.start + verb.length));
}

/** Verbs to choose from. @param {Scene} scene @param {Extraction} extraction */
export const verbsOf = (scene, extraction) => [...new Set([...extraction.verbs.map(one => one.text), ...(scene.relations ?? []).map(one => one.verb)])];

/** Who and whom a word of the prompt most likely joins: the thing named before it and the one after it. @param {Scene} scene @param {number} start */
function neighbours(scene, start) {
  const [before, after] = [scene.prompt.slice(0, start), scene.prompt.slice(start)];
  const last = (/** @type {string} */ text, /** @type {string} */ label) => text.toLowerCase().lastIndexOf(words(label).at(-1) ?? '\0');
  const first = (/** @type {string} */ text, /** @type {string} */ label) => text.toLowerCase().indexOf(words(label).at(-1) ?? '\0');
  const subject = scene.instances.map(one => ({ id: one.id, at: last(before, one.label) })).filter(one => one.at >= 0).sort((a, b) => b.at - a.at)[0]?.id
    ?? scene.instances[0].id;
  const rest = scene.instances.filter(one => one.id !== subject);
  const object = rest.map(one => ({ id: one.id, at: first(after, one.label) })).filter(one => one.at >= 0).sort((a, b) => a.at - b.at)[0]?.id ?? rest[0].id;
  return { subject, object };
}

/**
 * Adds or removes a word as a verb; from then on the scene states its relations itself.
 * @param {Scene} scene @param {Extraction} extraction @param {string} verb @param {number} start where it stands in the prompt
 * @returns {Scene | null} null where there are no two boxes to join
 */
export function toggled(scene, extraction, verb, start) {
  const now = relationsOf(scene, extraction);
  const acts = scene.relations ? now.some(one => one.verb === verb) : extraction.verbs.some(one => one.text === verb);
  if (acts) return { ...scene, relations: now.filter(one => one.verb !== verb) };
  if (scene.instances.length < 2) return null;
  const known = promptRelations(scene, extraction).filter(one => one.verb === verb);
  return { ...scene, relations: [...now, ...(known.length ? known : [{ verb, ...neighbours(scene, start) }])] };
}
