// Shows the view that the address names, keeps it fresh while anybody looks, and says when the controller is out of reach.
import { get } from './api.js';
import { h, replace } from './dom.js';
import { ago } from './format.js';
import { read } from './links.js';
import { navigation, replica } from './frame.js';
import * as backends from './views/backends.js';
import * as certificates from './views/certificates.js';
import * as controller from './views/controller.js';
import * as explain from './views/explain.js';
import * as overview from './views/overview.js';
import * as problems from './views/problems.js';
import * as routes from './views/routes.js';

const views = { overview, routes, backends, certificates, problems, controller, explain };
const SLOW_MS = 10_000;

const content = document.getElementById('content');
const offline = document.getElementById('offline');
const place = document.getElementById('view');
const frame = { nav: document.getElementById('nav'), replica: document.getElementById('replica') };

let current = null;
let timer = 0;
let lastAnswer = Date.now();
let known = { overview: null, state: null };

const told = {
  onOverview: value => { known.overview = value; drawFrame(); },
  onState: value => { known.state = value; drawFrame(); },
};

function drawFrame() {
  replace(frame.nav, navigation(views, read().view, known.overview?.inventory));
  replace(frame.replica, replica(known.state));
}

async function show() {
  const { view, parameters } = read();
  const module = views[view] ?? overview;
  current?.dispose();
  current = module.open({ parameters, ...told });
  current.everyMs = module.everyMs ?? SLOW_MS;
  document.title = `${module.title} · YarpIngress`;
  replace(place, current.element);
  drawFrame();
  frame.nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  await refresh();
}

async function refresh() {
  clearTimeout(timer);
  const mine = current;
  try {
    await mine.refresh();
    lastAnswer = Date.now();
    offline.hidden = true;
  } catch (error) {
    if (mine !== current) return;
    offline.textContent = `The controller does not answer (${error.message}). What is shown is from ${ago(lastAnswer)}.`;
    offline.hidden = false;
  }
  if (mine === current && !document.hidden) timer = setTimeout(refresh, mine.everyMs);
}

// What the frame shows, when the view does not ask for it anyway.
async function refreshFrame() {
  if (document.hidden) return;
  const [state, figures] = await Promise.allSettled([get('state'), current?.everyMs === SLOW_MS ? get('overview') : known.overview]);
  if (state.status === 'fulfilled') known.state = state.value;
  if (figures.status === 'fulfilled' && figures.value !== null) known.overview = figures.value;
  drawFrame();
}

addEventListener('hashchange', () => {
  show();
  content.focus({ preventScroll: true });
  scrollTo({ top: 0 });
});
document.addEventListener('visibilitychange', () => { if (!document.hidden) { refresh(); refreshFrame(); } });
setInterval(refreshFrame, SLOW_MS);
show();
refreshFrame();
