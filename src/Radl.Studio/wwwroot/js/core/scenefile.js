// @ts-check
import { add, emptyScene } from './scene.js';
import { rounded } from './geometry.js';
import { maskBounds, maskJson } from './maskimage.js';

/** @typedef {import('./types.js').Scene} Scene @typedef {import('./types.js').Settings} Settings */

/** A scene as files and the API hold it. @param {Scene} scene @param {number | null} [seed] */
export async function toJson(scene, seed = null) {
  const order = scene.instances.map(one => one.id);
  const instances = [];
  for (const one of scene.instances) {
    instances.push({
      label: one.label,
      box: rounded(one.box),
      ...(one.mask && { mask: await maskJson(one.mask, one.box, scene.width, scene.height) }),
      ...(one.strength !== 1 && { strength: one.strength }),
      ...(one.negative && { negative: one.negative }),
    });
  }
  return {
    prompt: scene.prompt,
    ...(scene.negativePrompt && { negative_prompt: scene.negativePrompt }),
    instances,
    ...(scene.relations && { relations: scene.relations.map(one => ({ subject: order.indexOf(one.subject), verb: one.verb, object: order.indexOf(one.object) })) }),
    width: scene.width,
    height: scene.height,
    ...(seed !== null && { seed }),
  };
}

/** A scene of a file that the server has checked. @param {any} json @returns {Promise<Scene>} */
export async function fromJson(json) {
  let scene = { ...emptyScene(), prompt: json.prompt, negativePrompt: json.negative_prompt ?? '' };
  for (const one of json.instances ?? []) {
    const box = one.box ?? await maskBounds(one.mask);
    scene = add(scene, {
      label: one.label, box, strength: one.strength ?? 1, negative: one.negative ?? '',
      mask: one.mask ? { data: one.mask, from: box } : null,
    });
  }
  const ids = scene.instances.map(one => one.id);
  return {
    ...scene,
    relations: json.relations?.map((/** @type {any} */ one) => ({ subject: ids[one.subject], verb: one.verb, object: ids[one.object] })) ?? null,
    width: json.width ?? scene.width,
    height: json.height ?? scene.height,
  };
}

/** Settings as the API takes them; what is left open is left out. @param {Settings} settings */
export const settingsJson = settings => ({
  method: settings.method,
  steps: settings.steps,
  ...(settings.controlSteps !== null && { control_steps: settings.controlSteps }),
  ...(settings.guidance !== null && { guidance: settings.guidance }),
  scheduler: settings.scheduler,
  ...(settings.model && { model: settings.model }),
  attention_maps: settings.maps,
  preview_every: Math.min(10, Math.max(1, Math.round(settings.steps / 12))),
  count: settings.count,
  seed: settings.seed,
});

/** Settings of a run, over those of the page. @param {any} json @param {Settings} now @returns {Settings} */
export const settingsFrom = (json, now) => ({
  ...now,
  method: json.method ?? now.method,
  steps: json.steps ?? now.steps,
  controlSteps: json.control_steps ?? null,
  guidance: json.guidance ?? null,
  scheduler: json.scheduler ?? now.scheduler,
  model: json.model ?? now.model,
  seed: json.seed ?? null,
  seedLocked: json.seed !== null && json.seed !== undefined,
  count: json.count ?? 1,
  maps: json.attention_maps ?? now.maps,
});
