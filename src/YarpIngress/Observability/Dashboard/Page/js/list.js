// A searchable list with pages. The server searches; this asks, shows and keeps the address in step.
import { get } from './api.js';
import { h, replace } from './dom.js';
import { count, plural } from './format.js';
import { to } from './links.js';

const PAGE = 50;
const TYPING_MS = 180;

// show(items) -> element; states: [[value, label]]; noun: singular
export function list({ view, path, parameters, noun, label, states = [], show, none }) {
  const { kind = '', namespace = '', name = '' } = parameters;
  let { q = '', state = '' } = parameters;
  let offset = Number(parameters.offset ?? 0);
  let asked = new AbortController();
  let typing = 0;

  const search = h('input', {
    type: 'search', id: 'search', value: q, placeholder: label, autocomplete: 'off', spellcheck: 'false', maxlength: 300, oninput: () => {
      clearTimeout(typing);
      typing = setTimeout(() => { [q, offset] = [search.value.trim(), 0]; move(); }, TYPING_MS);
    },
  });
  const choices = states.map(([value, text]) => h('button', {
    type: 'button', 'aria-pressed': String(value === state), onclick: () => { [state, offset] = [value, 0]; move(); },
  }, text));
  const found = h('p', { class: 'found', role: 'status' });
  const body = h('div', {});
  const previous = h('button', { type: 'button', onclick: () => { offset = Math.max(0, offset - PAGE); move(true); } }, 'Previous');
  const next = h('button', { type: 'button', onclick: () => { offset += PAGE; move(true); } }, 'Next');
  const range = h('span', {});
  const pager = h('div', { class: 'pager', hidden: true }, range, h('div', {}, previous, next));
  const only = (namespace !== '' || name !== '') && h('span', { class: 'chip accent filter' },
    `${kind === '' ? '' : `${kind} `}${namespace}${name === '' ? '' : `${namespace === '' ? '' : '/'}${name}`}`,
    h('a', { href: to(view), 'aria-label': 'Show all' }, '×'));

  const move = async top => {
    choices.forEach((button, i) => button.setAttribute('aria-pressed', String(states[i][0] === state)));
    history.replaceState(null, '', to(view, { q, kind, namespace, name, state, offset }));
    await refresh();
    if (top) scrollTo({ top: 0 });
  };

  const refresh = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const answer = await get(path, { q, kind, namespace, name, state, offset, limit: PAGE }, signal);
    if (signal.aborted) return;
    if (answer.items.length === 0 && offset > 0 && answer.matches > 0) {
      offset = 0;
      return move();
    }
    found.textContent = answer.matches === answer.total ? plural(answer.total, noun) : `${count(answer.matches)} of ${plural(answer.total, noun)}`;
    pager.hidden = answer.matches <= PAGE;
    range.textContent = `${count(offset + 1)}–${count(offset + answer.items.length)} of ${count(answer.matches)}`;
    previous.disabled = offset === 0;
    next.disabled = offset + answer.items.length >= answer.matches;
    replace(body, answer.items.length > 0 ? show(answer.items) : empty(answer.total === 0 ? none : ['Nothing matches', 'Other words or no filter may find something.']));
  };

  const element = [
    h('div', { class: 'tools' },
      h('div', { class: 'search' }, h('label', { class: 'unseen', for: 'search' }, label), search),
      states.length > 0 && h('div', { class: 'choice', role: 'group', 'aria-label': 'State' }, choices),
      only, found),
    body,
    pager,
  ];
  return { element, refresh: quiet(refresh), dispose: () => { clearTimeout(typing); asked.abort(); } };
}

// columns: [[heading, cell(item), class]]
export const table = (caption, columns, items, rowClass = () => null) => h('div', { class: 'panel table' },
  h('table', {},
    h('caption', { class: 'unseen' }, caption),
    h('thead', {}, h('tr', {}, columns.map(([heading, , kind]) => h('th', { scope: 'col', class: kind }, heading)))),
    h('tbody', {}, items.map((item, i) => h('tr', { class: rowClass(item, items[i - 1]) },
      columns.map(([heading, cell, kind]) => h('td', { class: kind, 'data-label': heading }, h('div', {}, cell(item)))))))));

const empty = ([title, text]) => h('div', { class: 'panel empty' }, h('div', {}, h('strong', {}, title), text));

// A question that a newer one has made pointless is no failure.
const quiet = ask => async () => {
  try {
    await ask();
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
};
