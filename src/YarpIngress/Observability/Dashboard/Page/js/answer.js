// An explanation, whatever it holds: texts as they are, objects as names with values.
import { h } from './dom.js';
import { panel } from './parts.js';

export function answer(value) {
  if (typeof value.text === 'string') return panel('Answer', null, h('pre', { class: 'output' }, value.text));
  return panel('Answer', null, tree(value));
}

function tree(value) {
  if (value === null || value === undefined || value === '') return h('span', { class: 'muted' }, '–');
  if (Array.isArray(value)) return value.length === 0 ? h('span', { class: 'muted' }, 'none') : h('ul', { class: 'tree' }, value.map(item => h('li', {}, tree(item))));
  if (typeof value === 'object') {
    return h('dl', { class: 'tree' }, Object.entries(value).map(([name, item]) => h('div', {}, h('dt', {}, words(name)), h('dd', {}, tree(item)))));
  }
  return String(value);
}

const words = name => name.replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
