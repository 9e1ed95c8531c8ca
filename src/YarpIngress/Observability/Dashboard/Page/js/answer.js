// An explanation, whatever it holds: texts as they are, objects as names with values.
import { h } from './dom.js';
import { chip, panel } from './parts.js';

export function answer(value) {
  const content = typeof value.text === 'string' ? h('pre', { class: 'output' }, value.text) : tree(value);
  return panel('Answer', verdict(value), content);
}

// What the client gets: a status, when it is not a pod that chooses it.
function verdict({ answer: given, failure }) {
  const status = failure?.status ?? given?.status;
  if (status === undefined) return null;
  if (status === 0 && given?.by === 'gateway') return chip('nobody answers', 'bad', true);
  return status === 0 ? chip('a pod answers', 'good', true) : chip(String(status), status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good', true);
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
