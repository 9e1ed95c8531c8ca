// Addresses of views: "#/routes?q=shop". Everything that a view shows is in its address, so back and bookmarks work.
export function read() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { view: path || 'overview', parameters: Object.fromEntries(new URLSearchParams(query)) };
}

export function to(view, parameters = {}) {
  const kept = Object.entries(parameters).filter(([, value]) => value !== '' && value !== null && value !== undefined && value !== 0);
  const query = new URLSearchParams(kept).toString();
  return `#/${view}${query === '' ? '' : `?${query}`}`;
}

// The view that shows an object.
export function toObject(kind, namespace, name) {
  switch (kind) {
    case 'Ingress': return to('routes', { kind, namespace, name });
    case 'Service':
    case 'EndpointSlice':
    case 'Endpoints': return kind === 'Service' ? to('backends', { namespace, name }) : to('problems', { kind, namespace, name });
    case 'Secret': return to('certificates', { namespace, name });
    default: return to('problems', { kind, namespace, name });
  }
}
