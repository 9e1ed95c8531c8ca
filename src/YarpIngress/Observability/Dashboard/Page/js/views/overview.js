import { get } from '../api.js';
import { spark, timeChart } from '../chart.js';
import { h, replace } from '../dom.js';
import { count, duration, join, plural, rate, share } from '../format.js';
import { to } from '../links.js';
import { chip, fact, facts, head, panel, problem } from '../parts.js';

export const title = 'Overview';
export const everyMs = 2000;

const tiles = [
  { name: 'Requests', key: 'requests', color: 'accent', format: rate },
  { name: 'Server errors (5xx)', key: 'serverErrorShare', color: 'bad', format: share },
  { name: 'Latency, median', key: 'p50', color: 'accent', format: duration },
  { name: 'Latency, 99th percentile', key: 'p99', color: 'second', format: duration },
];

export function open({ onOverview }) {
  const shown = tiles.map(tile);
  const requests = timeChart({
    title: 'Requests a second',
    format: value => join(rate(value)),
    series: [
      { key: 'requests', label: 'all', color: 'accent', area: true },
      { key: 'clientErrors', label: '4xx', color: 'warn' },
      { key: 'serverErrors', label: '5xx', color: 'bad' },
    ],
  });
  const latency = timeChart({
    title: 'Latency',
    format: value => join(duration(value)),
    series: [{ key: 'p50', label: 'median', color: 'accent' }, { key: 'p99', label: '99th percentile', color: 'second' }],
  });
  const attention = h('div', {});
  const served = h('div', {});

  const refresh = async () => {
    const overview = await get('overview');
    onOverview(overview);
    shown.forEach(one => one.update(overview));
    requests.update(overview.history);
    latency.update(overview.history);
    replace(attention, problems(overview));
    replace(served, inventory(overview.inventory));
  };

  const element = [
    head(title, 'All hosts together, as this replica serves them.'),
    h('dl', { class: 'grid even' }, shown.map(one => one.element)),
    h('div', { class: 'grid even' }, chartPanel('Requests', requests), chartPanel('Latency', latency)),
    h('div', { class: 'grid' },
      h('div', { class: 'wide' }, panel('Problems', h('a', { href: to('problems') }, 'All problems'), attention)),
      h('div', { class: 'narrow' }, panel('Served', null, served))),
  ];
  return { element, refresh, dispose: () => { requests.dispose(); latency.dispose(); } };
}

function tile({ name, key, color, format }) {
  const value = h('span', { class: 'value', 'data-figure': key }, '–');
  const unit = h('span', { class: 'unit' });
  const note = h('span', { class: 'note' });
  const curve = spark(color);
  const element = h('div', { class: 'panel tile quarter' }, h('dt', {}, name), h('dd', {}, value, unit), note, curve.element);
  const update = ({ now, nowSeconds, history }) => {
    [value.textContent, unit.textContent] = format(now[key]);
    note.textContent = now[key] === null ? 'no requests' : `last ${nowSeconds} seconds`;
    element.classList.toggle('is-bad', key === 'serverErrorShare' && now[key] > 0.01);
    curve.update(history, key);
  };
  return { element, update };
}

const chartPanel = (name, chart) =>
  h('section', { class: 'panel half' }, h('header', {}, h('h2', {}, name), chart.legend), chart.element);

const problems = ({ problems: items, inventory }) => {
  const more = inventory.problemErrors + inventory.problemWarnings - items.length;
  if (items.length === 0) return h('p', { class: 'muted' }, 'Everything that was written is served as it was written.');
  return [
    h('ul', { class: 'problems' }, items.map(item => problem(item, false))),
    more > 0 && h('p', { class: 'muted' }, `and ${count(more)} more`),
  ];
};

const inventory = counts => facts(
  fact(h('a', { href: to('routes') }, 'Hosts'), count(counts.hosts)),
  fact(h('a', { href: to('routes') }, 'Routes'), count(counts.routes)),
  fact(h('a', { href: to('backends') }, 'Backends'), count(counts.backends),
    counts.backendsEmpty > 0 && h('a', { href: to('backends', { state: 'empty' }) }, chip(`${count(counts.backendsEmpty)} without endpoints`, 'bad')),
    counts.backendsDegraded > 0 && h('a', { href: to('backends', { state: 'degraded' }) }, chip(`${count(counts.backendsDegraded)} degraded`, 'warn'))),
  fact('Endpoints', count(counts.endpoints)),
  fact(h('a', { href: to('certificates') }, 'Certificates'), count(counts.certificates),
    counts.certificatesExpired > 0 && chip(`${count(counts.certificatesExpired)} expired`, 'bad'),
    counts.certificatesSoon > 0 && chip(`${count(counts.certificatesSoon)} expiring`, 'warn')),
  fact(h('a', { href: to('problems') }, 'Problems'),
    counts.problemErrors + counts.problemWarnings === 0 ? 'none' : '',
    counts.problemErrors > 0 && chip(plural(counts.problemErrors, 'error'), 'bad'),
    counts.problemWarnings > 0 && chip(plural(counts.problemWarnings, 'warning'), 'warn')));
