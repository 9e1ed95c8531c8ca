import { h } from '../dom.js';
import { date, plural, until } from '../format.js';
import { to } from '../links.js';
import { list, table } from '../list.js';
import { chip, head } from '../parts.js';

export const title = 'Certificates';

const kinds = { valid: 'good', soon: 'warn', expired: 'bad', 'not-yet-valid': 'bad' };

export function open({ parameters }) {
  const rows = list({
    view: 'certificates', path: 'certificates', parameters, noun: 'certificate', label: 'Search names and Secrets', show,
    states: [['', 'All'], ['expired', 'Expired'], ['soon', 'Within 3 weeks'], ['valid', 'Valid']],
    none: ['No certificates', 'No Ingress names a TLS Secret that can be used; a self-signed certificate is presented.'],
  });
  return { ...rows, element: [head(title, 'What expires first comes first.'), rows.element] };
}

const show = items => table('Certificates', [
  ['Names', ({ names, nameCount }) => [
    h('span', { class: 'main' }, names.slice(0, 3).join(', ') || 'no DNS name'),
    nameCount > 3 && h('span', { class: 'sub', title: names.slice(3).join(', ') }, `and ${plural(nameCount - 3, 'more', 'more')}`),
  ], 'lead'],
  ['Expires', ({ notAfter, notBefore, state }) => [
    chip(state === 'not-yet-valid' ? `valid from ${date(notBefore)}` : until(notAfter), kinds[state], true),
    h('span', { class: 'sub number' }, date(notAfter)),
  ]],
  ['Issuer', ({ issuer }) => issuer || h('span', { class: 'muted' }, 'no name')],
  ['Key', ({ keyAlgorithm }) => keyAlgorithm],
  ['Secret', ({ namespace, secret }) => h('a', { href: to('problems', { q: `${namespace} ${secret}` }) }, `${namespace}/${secret}`)],
], items);
