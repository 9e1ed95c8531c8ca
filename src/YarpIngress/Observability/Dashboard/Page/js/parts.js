// Small things that several views show.
import { h } from './dom.js';
import { toObject, to } from './links.js';

export const head = (title, text) => h('div', { class: 'head' }, h('h1', {}, title), text && h('p', {}, text));

export const panel = (title, aside, ...content) =>
  h('section', { class: 'panel' }, h('header', {}, h('h2', {}, title), aside), content);

export const chip = (text, kind = '', dot = false) => h('span', { class: `chip ${kind}${dot ? ' dot' : ''}` }, text);

export const fact = (name, ...value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

export const facts = (...rows) => h('dl', { class: 'facts' }, rows);

export function problem(item, full) {
  const name = item.namespace === '' ? item.name : `${item.namespace}/${item.name}`;
  return h('li', {},
    h('div', { class: 'line' },
      chip(item.severity, item.severity === 'error' ? 'bad' : 'warn', true),
      h('a', { href: toObject(item.kind, item.namespace, item.name) }, `${item.kind} ${name}`),
      h('a', { class: 'muted', href: to('problems', { q: item.reason }) }, item.reason)),
    h('p', { class: 'message' }, item.message),
    full && item.field !== '' && h('p', {}, h('code', { class: 'field' }, item.field)),
    full && h('p', {}, h('code', { class: 'command' }, item.command)));
}
