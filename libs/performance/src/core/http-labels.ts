/** The label of requests that no route of the application took, and of platforms that do not tell. */
export const UNMATCHED = '_unmatched';

/** The methods that OpenTelemetry's semantic conventions know (RFC 9110 and PATCH). */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/** The path of middleware for all routes, which Nest leaves on a request that no route took: `/*path`, `{/*splat}`. */
const EVERYTHING = /^\/?\{?\/?\*\w*\}?$/;

/** The method, or `_OTHER`: a client may send any of some thirty that Node's parser takes. */
export function methodLabel(method: string | undefined): string {
  return method !== undefined && METHODS.has(method) ? method : '_OTHER';
}

/**
 * The template of the route that took a request (`/cities/:id`), from what Express (`req.route`) or Fastify
 * (`req.routeOptions`) leave on it. Never what stands in the URL: that is not bounded.
 */
export function routeTemplate(request: object): string | undefined {
  return expressRoute(request) ?? stringAt(Reflect.get(request, 'routeOptions'), 'url');
}

/**
 * Nest registers its routes whole, prefix and version included, at the top. Below a mount point (`baseUrl`) are only
 * Nest's own "not found" of a global prefix and routers of others, whose mount path holds values instead of names.
 */
function expressRoute(request: object): string | undefined {
  const baseUrl: unknown = Reflect.get(request, 'baseUrl');
  const path = baseUrl === '' ? stringAt(Reflect.get(request, 'route'), 'path') : undefined;
  return path === undefined || EVERYTHING.test(path) ? undefined : path;
}

function stringAt(holder: unknown, key: string): string | undefined {
  const value: unknown = typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}
