import { get } from '../api.js';
import { h, replace } from '../dom.js';
import { to } from '../links.js';
import { head, panel } from '../parts.js';
import { answer } from '../answer.js';

export const title = 'Explain';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function open({ parameters }) {
  const url = h('input', { id: 'url', type: 'text', inputmode: 'url', autocomplete: 'off', spellcheck: 'false', placeholder: 'https://shop.example.com/cart', value: parameters.url ?? '' });
  const method = h('select', { id: 'method' }, methods.map(name => h('option', { selected: name === parameters.method }, name)));
  const headers = h('textarea', { id: 'headers', rows: 2, spellcheck: 'false', placeholder: 'X-Canary: always' });
  const id = h('input', { id: 'request-id', type: 'text', autocomplete: 'off', spellcheck: 'false', placeholder: '5d0f8c1e…', value: parameters.id ?? '' });
  const result = h('div', { 'aria-live': 'polite' });

  const ask = async (question, address) => {
    history.replaceState(null, '', address);
    try {
      replace(result, answer(await get('explain', question)));
    } catch (error) {
      replace(result, h('p', { class: 'notice bad' }, error.message));
    }
  };
  const byUrl = () => ask(
    { url: url.value.trim(), method: method.value, header: headers.value.split('\n').map(line => line.trim()).filter(line => line !== '') },
    to('explain', { url: url.value.trim(), method: method.value === 'GET' ? '' : method.value }));
  const byId = () => ask({ 'request-id': id.value.trim() }, to('explain', { id: id.value.trim() }));
  const on = run => event => { event.preventDefault(); run(); };

  const element = [
    head(title, 'Which Ingress, rule, Service and endpoints serve a request, and why not the others.'),
    h('div', { class: 'grid' },
      h('div', { class: 'wide' }, panel('A request', null, h('form', { class: 'form', onsubmit: on(byUrl) },
        field('url', 'URL', url), field('method', 'Method', method),
        h('div', { class: 'row' }, field('headers', 'Headers, one a line', headers)),
        h('div', { class: 'actions' }, h('button', { class: 'primary', type: 'submit' }, 'Explain'))))),
      h('div', { class: 'narrow' }, panel('A request that failed', null,
        h('p', { class: 'muted' }, 'Failed requests are remembered for a while by the X-Request-ID that their answer, the access log and the pod have.'),
        h('form', { class: 'form', onsubmit: on(byId) },
          h('div', { class: 'row' }, field('request-id', 'Request id', id)),
          h('div', { class: 'actions' }, h('button', { type: 'submit' }, 'Explain')))))),
    result,
  ];
  const refresh = async () => {};
  if (parameters.url) byUrl();
  else if (parameters.id) byId();
  return { element, refresh, dispose: () => {} };
}

const field = (id, label, input) => h('div', { class: 'field' }, h('label', { for: id }, label), input);
