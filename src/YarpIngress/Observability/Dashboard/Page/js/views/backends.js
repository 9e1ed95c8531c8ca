import { h } from '../dom.js';
import { count, plural } from '../format.js';
import { to } from '../links.js';
import { list, table } from '../list.js';
import { chip, head } from '../parts.js';

export const title = 'Backends';

export function open({ parameters }) {
  const rows = list({
    view: 'backends', path: 'backends', parameters, noun: 'backend', label: 'Search Services and endpoint addresses', show,
    states: [['', 'All'], ['empty', 'No endpoints'], ['degraded', 'Degraded'], ['ready', 'Ready']],
    none: ['No backends yet', 'No route leads to a Service.'],
  });
  const text = 'Service ports that routes lead to, and the endpoints that take their traffic. Pods that are not ready are not listed.';
  return { ...rows, element: [head(title, text), rows.element] };
}

const show = items => table('Backends', [
  ['Service', backend => [
    h('span', { class: 'main' }, backend.service === '' ? 'no Service' : `${backend.service}:${backend.port}`),
    h('span', { class: 'sub' }, backend.namespace),
  ], 'lead'],
  ['State', state],
  ['Endpoints', addresses],
  ['In flight', backend => count(backend.endpoints.reduce((sum, endpoint) => sum + endpoint.requests, 0)), 'number'],
  ['Routes', backend => h('a', { href: to('routes', { kind: 'Service', namespace: backend.namespace, name: backend.service }) }, count(backend.routes)), 'number'],
], items);

function state({ state: value, ready, known }) {
  switch (value) {
    case 'empty': return chip('no endpoints: 503', 'bad', true);
    case 'degraded': return chip(`${ready} of ${known} take traffic`, 'warn', true);
    default: return chip('ready', 'good', true);
  }
}

const addresses = ({ endpoints, known, namespace, service }) => known === 0
  ? h('a', { href: to('problems', { q: `${namespace} ${service}` }) }, 'why?')
  : h('ul', { class: 'addresses' },
    endpoints.map(endpoint => h('li', { class: endpoint.healthy ? null : 'bad', title: endpoint.healthy ? null : 'requests failed here lately: left out for a while' }, endpoint.address)),
    known > endpoints.length && h('li', {}, `and ${plural(known - endpoints.length, 'more', 'more')}`));
