import { h } from '../dom.js';
import { to } from '../links.js';
import { list, table } from '../list.js';
import { chip, head } from '../parts.js';

export const title = 'Routes';

const matches = { Exact: 'exact', Prefix: 'prefix', StringPrefix: 'begins with', Default: 'everything else' };

export function open({ parameters }) {
  const rows = list({
    view: 'routes', path: 'routes', parameters, noun: 'route', label: 'Search hosts, paths, Ingresses and Services', show,
    none: ['No routes yet', 'No Ingress of this controller’s class has a rule.'],
  });
  return { ...rows, element: [head(title, 'What is matched, host first, and the Service that it leads to.'), rows.element] };
}

const show = items => table('Routes', [
  ['Host', route => h('div', { class: 'host' },
    h('span', { class: 'main' }, route.host === '' ? h('span', { class: 'muted' }, 'any host') : route.host),
    route.passedTo !== '' && h('span', { class: 'sub' }, chip('TLS passed through', 'accent'), ` to ${route.passedTo}`)), 'lead'],
  ['Path', route => [route.match !== 'Default' && h('code', {}, route.path), ' ', h('span', { class: 'muted nowrap' }, matches[route.match] ?? route.match)]],
  ['Ingress', route => h('a', { href: to('problems', { kind: 'Ingress', namespace: route.namespace, name: route.ingress }) }, `${route.namespace}/${route.ingress}`)],
  ['Service', route => route.service === '' ? h('span', { class: 'muted' }, 'none')
    : h('a', { href: to('backends', { namespace: route.namespace, name: route.service }) }, `${route.service}:${route.port}`)],
  ['Endpoints', endpoints, 'number'],
], items, (route, above) => (above?.host === route.host ? 'same-host' : null));

const endpoints = ({ ready, endpoints: known }) => known === 0 ? chip('none: 503', 'bad') : ready < known ? chip(`${ready} of ${known}`, 'warn') : ready;
