// @ts-check
/**
 * @typedef {[number, number, number, number]} Box  x1, y1, x2, y2 in fractions of the picture
 * @typedef {{x: number, y: number}} Point          in fractions of the picture
 *
 * A mask keeps the box that it was made for: what a moved or resized instance covers follows from the two boxes,
 * and the picture is drawn anew only when the scene leaves the page.
 * @typedef {{data: string | number[][][], from: Box}} Mask
 *
 * @typedef {object} Instance
 * @property {number} id        the page's own; scene files count instead
 * @property {string} label
 * @property {Box} box
 * @property {number} strength
 * @property {string} negative
 * @property {string} color     the page's own
 * @property {Mask | null} mask
 *
 * @typedef {{subject: number, verb: string, object: number}} Relation  subject and object are instance ids
 *
 * @typedef {object} Scene
 * @property {string} prompt
 * @property {string} negativePrompt
 * @property {Instance[]} instances            back to front
 * @property {Relation[] | null} relations     null: the prompt's verbs
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Settings
 * @property {string} model
 * @property {string} method
 * @property {number} steps
 * @property {number | null} controlSteps
 * @property {number | null} guidance
 * @property {string} scheduler
 * @property {number | null} seed
 * @property {boolean} seedLocked
 * @property {number} count
 * @property {boolean} maps
 *
 * @typedef {{text: string, start: number, length: number}} Verb
 * @typedef {{verbs: Verb[], relations: {verb: string, subject: string | null, object: string | null}[]}} Extraction
 *
 * @typedef {object} Generation  as the API gives it
 * @property {string} id
 * @property {string} state
 * @property {number} [position]
 * @property {number} [step]
 * @property {number} [total]
 * @property {number} [seconds_left]
 * @property {string} [created]
 * @property {any} [error]
 * @property {any} scene
 * @property {any} settings
 * @property {string[]} [warnings]
 * @property {number} [seconds]
 * @property {{index: number, seed: number, url: string, width: number, height: number}[]} [images]
 * @property {boolean} [has_maps]
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {'queued' | 'running' | 'done' | 'failed' | 'cancelled'} state
 * @property {number} position
 * @property {number} step
 * @property {number} total
 * @property {number | null} secondsLeft
 * @property {string | null} preview
 * @property {string} error
 * @property {string} title
 * @property {Generation | null} generation
 * @property {boolean} cancelling
 *
 * @typedef {{index: number, label: string, box: Box | null, iou: number, color_ok: boolean | null, pattern_ok: boolean | null, category_ok: boolean | null}} Found
 * @typedef {{instances: Found[], others: {box: Box, color: string, category: string}[]}} Detections
 * @typedef {{kind: 'instance' | 'verb', name: string, index: number, height: number, width: number, values: number[][]}} AttentionMap
 * @typedef {{steps: number[], maps: AttentionMap[]}} AttentionMaps
 *
 * @typedef {{axis: 'x' | 'y', at: number}} Guide
 * @typedef {'select' | 'draw' | 'mask' | 'relate'} Tool
 *
 * @typedef {object} State
 * @property {Scene} scene
 * @property {Settings} settings
 * @property {number[]} selection              instance ids
 * @property {Tool} tool
 * @property {number | 'fit'} zoom             CSS pixels a picture pixel
 * @property {Guide[]} guides
 * @property {{boxes: boolean, picture: boolean, found: boolean}} show
 * @property {{size: number, erase: boolean}} brush   size in hundredths of the longer side
 * @property {Extraction} extraction
 * @property {Generation | null} result
 * @property {number} resultIndex
 * @property {string | null} preview
 * @property {Detections | null} found
 * @property {AttentionMaps | null} maps
 * @property {{of: string, fine: number, step: number, opacity: number}} map  of: kind and index, empty: none is shown; fine counts its resolutions
 * @property {Job[]} jobs
 * @property {any[]} models
 * @property {any[]} methods
 * @property {string[]} schedulers
 * @property {{undo: string, redo: string}} past   names of what undo and redo would do, or empty
 */
export {};
