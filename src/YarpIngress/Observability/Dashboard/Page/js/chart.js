// Time charts of the last five minutes as SVG.
import { h, svg, replace } from './dom.js';
import { clock } from './format.js';

const WINDOW_MS = 5 * 60_000;
const LEFT = 52;
const BOTTOM = 22;
const TOP = 8;

// series: [{ key, label, color, area }]; format: value -> text
export function timeChart({ title, series, format, height = 208 }) {
  const picture = svg('svg', { height, role: 'img' });
  const tip = h('div', { class: 'tip', hidden: true });
  const legend = h('ul', { class: 'legend' });
  const chart = h('div', { class: 'chart' }, picture, tip);
  const element = h('div', {}, chart);
  let points = [];
  let cursor = null;

  const draw = () => {
    const width = chart.clientWidth;
    if (width === 0) return;
    const end = points.length === 0 ? Date.now() : points.at(-1).at;
    const most = Math.max(...points.flatMap(point => series.map(({ key }) => point[key] ?? 0)), 0);
    const top = ceiling(most);
    const x = at => LEFT + (width - LEFT) * (1 - (end - at) / WINDOW_MS);
    const y = value => TOP + (height - TOP - BOTTOM) * (1 - value / top);

    picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
    picture.setAttribute('aria-label', describe());
    replace(picture, lines(top, y, width), minutes(x, end, width), series.map(one => curve(one, x, y)), hair(x));
    replace(legend, series.map(({ key, label, color }) =>
      h('li', { class: `series-${color}` }, h('span', {}, label), h('b', {}, format(points.at(-1)?.[key])))));
  };

  const lines = (top, y, width) => [0, 0.5, 1].map(part => [
    svg('line', { class: 'gridline', x1: LEFT, x2: width, y1: y(top * part), y2: y(top * part) }),
    svg('text', { x: LEFT - 8, y: y(top * part) + 4, 'text-anchor': 'end' }, format(top * part)),
  ]);

  const minutes = (x, end, width) => [4, 3, 2, 1, 0].filter(ago => width > 420 || ago % 2 === 0).map(ago =>
    svg('text', { x: x(end - ago * 60_000), y: height - 4, 'text-anchor': ago === 0 ? 'end' : 'middle' },
      ago === 0 ? 'now' : `${ago} min ago`));

  const curve = ({ key, color, area }, x, y) => {
    const group = svg('g', { class: `series-${color}` });
    for (const run of runs(points.filter(point => x(point.at) >= LEFT), key)) {
      const path = run.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.at).toFixed(1)} ${y(point[key]).toFixed(1)}`).join('');
      if (area) group.append(svg('path', { class: 'area', d: `${path}L${x(run.at(-1).at).toFixed(1)} ${y(0)}L${x(run[0].at).toFixed(1)} ${y(0)}Z` }));
      group.append(svg('path', { class: 'stroke', d: path }));
    }
    return group;
  };

  const hair = x => cursor !== null && points.includes(cursor)
    && svg('line', { class: 'cursor', x1: x(cursor.at), x2: x(cursor.at), y1: TOP, y2: height - BOTTOM });

  const describe = () => {
    const last = points.at(-1);
    return last === undefined ? `${title}: no data yet` : `${title}, now: ${series.map(({ key, label }) => `${label} ${format(last[key])}`).join(', ')}`;
  };

  const point = event => {
    const box = chart.getBoundingClientRect();
    const inside = event.clientX - box.left;
    if (points.length === 0 || inside < LEFT) return leave();
    const at = points.at(-1).at - WINDOW_MS * (1 - (inside - LEFT) / (box.width - LEFT));
    cursor = points.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best));
    replace(tip, h('strong', {}, clock(cursor.at)),
      series.map(({ key, label }) => h('div', {}, h('span', {}, label), h('span', {}, format(cursor[key])))));
    tip.hidden = false;
    tip.style.left = `${Math.min(Math.max(inside + 14, 0), box.width - tip.offsetWidth)}px`;
    draw();
  };

  const leave = () => {
    tip.hidden = true;
    cursor = null;
    draw();
  };

  chart.addEventListener('pointermove', point);
  chart.addEventListener('pointerleave', leave);
  const watch = new ResizeObserver(draw);
  watch.observe(chart);
  return { element, legend, update: next => { points = next; draw(); }, dispose: () => watch.disconnect() };
}

// A curve without axes, for tiles.
export function spark(color) {
  const element = svg('svg', { class: `spark series-${color}`, viewBox: '0 0 100 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  const update = (points, key) => {
    const shown = points.slice(-60);
    const most = Math.max(...shown.map(point => point[key] ?? 0), 0);
    const place = (point, i) => `${(100 - (shown.length - 1 - i) * (100 / 59)).toFixed(2)} ${(28 - 24 * (most === 0 ? 0 : (point[key] ?? 0) / most)).toFixed(2)}`;
    const path = shown.map((point, i) => `${i === 0 ? 'M' : 'L'}${place(point, i)}`).join('');
    replace(element, shown.length > 1 && [
      svg('path', { class: 'area', d: `${path}L100 30L${place(shown[0], 0).split(' ')[0]} 30Z` }),
      svg('path', { class: 'stroke', d: path, 'vector-effect': 'non-scaling-stroke' }),
    ]);
  };
  return { element, update };
}

// Stretches in which the series has values.
function runs(points, key) {
  const found = [];
  let run = [];
  for (const point of points) {
    if (point[key] === null || point[key] === undefined) {
      if (run.length > 0) found.push(run);
      run = [];
    } else {
      run.push(point);
    }
  }
  return run.length > 0 ? [...found, run] : found;
}

// The next 1, 2 or 5 times a power of ten.
function ceiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value * 1.02) ?? 10 * power;
}
