// Elements without markup text: nothing that comes from the cluster is ever read as HTML.
const SVG = 'http://www.w3.org/2000/svg';

export const h = (name, attributes, ...children) => build(document.createElement(name), attributes, children);

export const svg = (name, attributes, ...children) => build(document.createElementNS(SVG, name), attributes, children);

// What had the keyboard's focus gives it to what comes in its place.
export function replace(parent, ...children) {
  const place = parent.contains(document.activeElement) ? placeOf(document.activeElement, parent) : [];
  parent.replaceChildren(...flat(children));
  if (place.length > 0) place.reduce((element, index) => element?.childNodes[index], parent)?.focus?.({ preventScroll: true });
}

const placeOf = (element, parent) =>
  element === parent ? [] : [...placeOf(element.parentNode, parent), [...element.parentNode.childNodes].indexOf(element)];

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...flat(children));
  return element;
}

const flat = children => children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false && child !== '');
