import { get } from '../api.js';
import { h, replace } from '../dom.js';
import { ago, bytes, count, duration, join, moment, span } from '../format.js';
import { table } from '../list.js';
import { chip, fact, facts, head, panel } from '../parts.js';

export const title = 'Controller';
export const everyMs = 2000;

export function open({ onState }) {
  const body = h('div', { class: 'grid' });
  const lists = h('div', {});
  const refresh = async () => {
    const state = await get('state');
    onState(state);
    replace(body,
      h('div', { class: 'third' }, panel('Replica', chip(state.isReady ? 'ready' : 'not ready', state.isReady ? 'good' : 'bad', true), replica(state))),
      h('div', { class: 'third' }, panel('Changes', null, changes(state.changes))),
      h('div', { class: 'third' }, panel('Process', null, process(state))));
    replace(lists, informers(state.informers));
    replace(ports, state.streams.length > 0 && [h('h2', {}, 'TCP and UDP ports'), streams(state.streams)]);
    replace(checks, parts(state.parts));
  };
  const checks = h('div', {});
  const ports = h('div', { class: 'pieces' });
  const element = [
    head(title, 'This replica: what it follows, how fast changes go live, who leads.'),
    body,
    ports,
    h('h2', {}, 'Watches'), lists,
    h('h2', {}, 'Health'), checks,
  ];
  return { element, refresh, dispose: () => {} };
}

const replica = state => facts(
  fact('Name', state.replica),
  fact('Leader', state.leader.isElected ? state.leader.isLeader ? 'this replica' : state.leader.holder || 'nobody known' : 'no election'),
  fact('Lease', state.leader.lease),
  fact('Ingress class', state.ingressClass),
  fact('Controller class', state.controllerClass),
  fact('Ports', `${state.httpPort}, ${state.httpsPort} (TLS)`));

const changes = state => facts(
  fact('Waiting', count(state.queued)),
  fact('Last went live', state.lastLive === null ? 'never' : ago(state.lastLive)),
  fact('Batches', count(state.batches)),
  fact('From watch to live, median', join(duration(state.p50))),
  fact('99th percentile', join(duration(state.p99))),
  fact('Failures', count(state.failures), !state.lastSucceeded && chip('last batch failed', 'bad')));

const process = state => facts(
  fact('Version', state.release),
  fact('Commit', state.commit === '' ? 'unknown' : state.commit.slice(0, 12)),
  fact('Up', span((Date.now() - new Date(state.started)) / 1000)),
  fact('Memory', `${bytes(state.process.memory)}, heap ${bytes(state.process.heap)}`),
  fact('CPU time', join(duration(state.process.cpuSeconds))),
  fact('Runtime', state.runtime));

const informers = items => table('Watches', [
  ['Kind', item => h('span', { class: 'main' }, item.name), 'lead'],
  ['State', item => [chip(item.isConnected ? 'connected' : 'not connected', item.isConnected ? 'good' : 'bad', true), item.error !== '' && h('span', { class: 'sub' }, item.error)]],
  ['Since', item => moment(item.since)],
  ['Objects', item => [count(item.objects), item.malformed > 0 && chip(`${count(item.malformed)} unreadable`, 'bad')], 'number'],
  ['Lists', item => count(item.lists), 'number'],
  ['Failures', item => count(item.failures), 'number'],
], items);

const streams = items => table('TCP and UDP ports', [
  ['Port', item => h('span', { class: 'main' }, item.port), 'lead'],
  ['Service', item => [item.service, item.proxyProtocol !== '' && h('span', { class: 'sub' }, `PROXY protocol ${item.proxyProtocol}`)]],
  ['Endpoints', item => (item.endpoints.length === 0 ? chip('none', 'bad', true) : count(item.endpoints.length)), 'number'],
  ['Open', item => count(item.open), 'number'],
  ['In all', item => [count(item.total), item.refused > 0 && h('span', { class: 'sub' }, `${count(item.refused)} refused`)], 'number'],
  ['Received', item => bytes(item.received), 'number'],
  ['Sent', item => bytes(item.sent), 'number'],
], items);

const parts = items => table('Health checks', [
  ['Part', item => h('span', { class: 'main' }, item.name), 'lead'],
  ['State', item => chip(item.ok ? 'ok' : 'failed', item.ok ? 'good' : 'bad', true)],
  ['Detail', item => item.detail],
  ['Check', item => h('code', {}, `/${item.check}`)],
], items);
