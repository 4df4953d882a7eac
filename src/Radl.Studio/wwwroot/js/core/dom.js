// @ts-check
const SVG = 'http://www.w3.org/2000/svg';

/** The element with an id. @param {string} id @returns {any} */
export const byId = id => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};

/**
 * Makes an element. Data is only ever text or attribute, never markup.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]  functions are listeners of that event; null and false are left out, but for aria's own true and false
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an SVG element; see {@link el}. @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children @returns {any} */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** @param {Element} element @param {Record<string, any>} attributes @param {(Node | string)[]} children */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (name.startsWith('aria-') && typeof value === 'boolean') element.setAttribute(name, String(value));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** Sets attributes that changed. @param {Element} element @param {Record<string, any>} attributes */
export function assign(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

/** An icon of the sprite. @param {string} name */
export const icon = name => svg('svg', { class: 'icon', 'aria-hidden': 'true' }, svg('use', { href: `#i-${name}` }));

/** A button with an icon alone. @param {string} name @param {string} label @param {(e: Event) => void} click @param {string} [kind] */
export const iconButton = (name, label, click, kind = 'button quiet only small') =>
  el('button', { type: 'button', class: kind, 'aria-label': label, title: label, click }, icon(name));

/** Sets a field's value unless someone is typing in it. @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} field @param {any} value */
export function show(field, value) {
  const text = value === null || value === undefined ? '' : String(value);
  if (field.value !== text && (document.activeElement !== field || field instanceof HTMLSelectElement)) field.value = text;
}

/** Says something to screen readers. @param {string} text */
export function announce(text) {
  const live = byId('live');
  live.textContent = live.textContent === text ? text + '\u00a0' : text;
}

/** Calls once after a pause. @template {any[]} A @param {(...a: A) => void} action @param {number} wait milliseconds @returns {(...a: A) => void} */
export function debounce(action, wait) {
  let timer = 0;
  return (...a) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...a), wait);
  };
}
