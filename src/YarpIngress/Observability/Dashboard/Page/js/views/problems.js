import { h } from '../dom.js';
import { list } from '../list.js';
import { head, problem } from '../parts.js';

export const title = 'Problems';

export function open({ parameters }) {
  const rows = list({
    view: 'problems', path: 'problems', parameters, noun: 'problem', label: 'Search objects, reasons and messages', show,
    states: [['', 'All'], ['error', 'Errors'], ['warning', 'Warnings']],
    none: ['No problems', 'Everything that was written is served as it was written.'],
  });
  const text = 'Everything that is not served as it was written, on the object whose owner can change it. Each is an Event there too.';
  return { ...rows, element: [head(title, text), rows.element] };
}

const show = items => h('div', { class: 'panel all' }, h('ul', { class: 'problems' }, items.map(item => problem(item, true))));
