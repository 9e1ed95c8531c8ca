// Numbers and times as people read them.
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export const count = value => whole.format(value);

export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

// [number, unit]
export function rate(value) {
  if (value === null || value === undefined) return ['–', ''];
  if (value >= 10_000) return [fine.format(value / 1000), 'k/s'];
  return [value >= 100 ? whole.format(value) : fine.format(value), '/s'];
}

// [number, unit]
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return ['–', ''];
  if (seconds < 0.001) return [fine.format(seconds * 1e6), 'µs'];
  if (seconds < 1) return [fine.format(seconds * 1e3), 'ms'];
  return [fine.format(seconds), 's'];
}

// [number, unit]
export function share(value) {
  if (value === null || value === undefined) return ['–', ''];
  const percent = value * 100;
  return [percent === 0 ? '0' : percent < 0.01 ? '<0.01' : fine.format(percent), '%'];
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${fine.format(value)} ${units[unit]}`;
}

export const join = ([number, unit]) => (unit === '' ? number : /^[/%k]/.test(unit) ? `${number}${unit}` : `${number}\u00a0${unit}`);

export const clock = at => new Date(at).toLocaleTimeString('en-GB');

export const date = at => new Date(at).toISOString().slice(0, 10);

export const moment = at => new Date(at).toISOString().slice(0, 19).replace('T', ' ') + ' UTC';

export function ago(at, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - new Date(at)) / 1000));
  return seconds < 2 ? 'just now' : `${span(seconds)} ago`;
}

export function span(seconds) {
  const steps = [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']];
  const [size, name] = steps.find(([limit]) => seconds >= limit) ?? steps[3];
  return plural(Math.floor(seconds / size), name);
}

// Days until a moment, in words.
export function until(at, now = Date.now()) {
  const days = (new Date(at) - now) / 86_400_000;
  if (days < 0) return `expired ${ago(at, now)}`;
  return days < 2 ? `in ${plural(Math.floor(days * 24), 'hour')}` : `in ${plural(Math.floor(days), 'day')}`;
}
