import { RegistryError } from './errors.ts';
import type { WireResponse } from './http.ts';
import type { Site } from './site.ts';

/** Where an answer sends us: another place at the same site, or another site. */
export interface Place {
  readonly site: Site;
  /** With its query. */
  readonly path: string;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function isRedirect({ status, headers }: WireResponse): boolean {
  return REDIRECTS.has(status) && typeof headers.location === 'string';
}

/**
 * The place that `Location` names. Attacks: a redirect to plain HTTP, where anybody may listen or
 * answer; to an address inside our network (the other site's own policy says what it may reach); to
 * another origin that hopes for our `Authorization` (another site has its own, and no credential).
 *
 * @throws {RegistryError} REDIRECT_FORBIDDEN
 */
export function followRedirect(
  from: Place,
  { headers }: WireResponse,
  own: Site,
  asked: string,
): Place {
  const url = URL.parse(String(headers.location), from.site.origin + from.path);
  const by = from.site.own ? '' : ` by ${from.site.registry}`;
  const happened = `${asked} is redirected${by} to ${shown(url)}`;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RegistryError('REDIRECT_FORBIDDEN', happened);
  }
  if (from.site.secure && url.protocol === 'http:') {
    throw new RegistryError('REDIRECT_FORBIDDEN', `${happened}, which is without TLS`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new RegistryError('REDIRECT_FORBIDDEN', `${happened} with a user name in its URL`);
  }
  const isBack = from.site.own && url.origin === own.origin;
  return { site: isBack ? own : siteElsewhere(url, own), path: `${url.pathname}${url.search}` };
}

/** Never with its query: storage signs access into it. */
function shown(url: URL | null): string {
  return url === null ? 'what is no URL' : `${url.protocol}//${url.host}${url.pathname}`;
}

/** Also the registry itself, when somebody else sends us back to it: not with its `Authorization`. */
function siteElsewhere(url: URL, own: Site): Site {
  const isSameHost = url.hostname === own.hostname;
  return {
    own: false,
    registry: url.host,
    origin: url.origin,
    hostname: url.hostname,
    secure: url.protocol === 'https:',
    addresses: isSameHost ? own.addresses : own.elsewhere,
    elsewhere: own.elsewhere,
    tls: isSameHost ? own.tls : { insecure: false },
    tokenHosts: [],
  };
}
