// The admin port's JSON. Every request has a limit, so that a page on a lost connection says so.
const LIMIT_MS = 10_000;

export async function get(path, parameters = {}, signal) {
  const url = new URL(`/api/${path}`, location.href);
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== '' && one !== null && one !== undefined) url.searchParams.append(name, one);
    }
  }
  const limit = AbortSignal.timeout(LIMIT_MS);
  const answer = await fetch(url, { credentials: 'omit', signal: signal ? AbortSignal.any([signal, limit]) : limit });
  if (!answer.ok) throw new Error(reason(await answer.text()) || `${answer.status} ${answer.statusText}`);
  return answer.json();
}

// Refusals are texts, or objects with a text.
function reason(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return text.trim();
  }
}
