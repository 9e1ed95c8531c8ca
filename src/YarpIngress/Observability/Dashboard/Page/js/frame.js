// What stays around every view.
import { h } from './dom.js';
import { count } from './format.js';
import { to } from './links.js';
import { chip } from './parts.js';

export const navigation = (views, current, inventory) => h('ul', {}, Object.entries(views).map(([name, { title }]) =>
  h('li', {}, h('a', { href: to(name), 'aria-current': name === current ? 'page' : null }, title, badge(name, inventory)))));

function badge(name, counts) {
  if (!counts) return null;
  const plain = value => h('span', { class: 'count' }, count(value));
  switch (name) {
    case 'routes': return plain(counts.routes);
    case 'backends': return plain(counts.backends);
    case 'certificates': return plain(counts.certificates);
    case 'problems':
      if (counts.problemErrors > 0) return h('span', { class: 'count bad' }, count(counts.problemErrors));
      return counts.problemWarnings > 0 && h('span', { class: 'count warn' }, count(counts.problemWarnings));
    default: return null;
  }
}

export const replica = state => state !== null && [
  h('span', { class: 'name' }, state.replica),
  h('span', { class: 'chips' },
    chip(state.isReady ? 'ready' : 'not ready', state.isReady ? 'good' : 'bad', true),
    state.leader.isLeader && chip('leader', 'accent')),
  h('span', { class: 'facts' }, `version ${state.release}`),
];
