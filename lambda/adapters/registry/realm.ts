import { rootCertificates } from 'node:tls';
import { RegistryError } from './errors.ts';
import type { Target } from './http.ts';
import type { Site } from './site.ts';

/** A token server that a registry named, after it was found fit to be asked. */
export interface Realm extends Target {
  /** Path and query. */
  readonly path: string;
  /** Whether the user's secret for that registry may be shown to it. */
  readonly mayHaveSecret: boolean;
}

/** Undefined for what is no absolute http(s) URL. */
export function parseRealm(text: string | undefined): URL | undefined {
  const url = URL.parse(text ?? '');
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

/**
 * Attack (CVE-2026-48978): a registry, or somebody in between, names a token server of their own,
 * one without TLS, or an address inside our network. Nothing is sent there; and the user's secret
 * goes only to the registry's own host, to its registrable domain, and to what the user names.
 *
 * @throws {RegistryError} REALM_FORBIDDEN
 */
export async function checkRealm(url: URL, site: Site): Promise<Realm> {
  const from = `${site.registry} names the token server ${url.origin}`;
  if (url.protocol === 'http:' && site.secure) {
    throw new RegistryError('REALM_FORBIDDEN', `${from}, which is without TLS`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new RegistryError('REALM_FORBIDDEN', `${from} with a user name in its URL`);
  }
  const isSameHost = url.hostname === site.hostname;
  const mayHaveSecret =
    isSameHost ||
    site.tokenHosts.includes(url.host) ||
    (await isSameDomain(url.hostname, site.hostname));
  const { ca } = site.tls;
  return {
    origin: url.origin,
    hostname: url.hostname,
    path: `${url.pathname}${url.search}`,
    addresses: isSameHost ? site.addresses : site.elsewhere,
    tls: {
      insecure: isSameHost && site.tls.insecure,
      ...(mayHaveSecret && ca !== undefined ? { ca: [...rootCertificates, ...[ca].flat()] } : {}),
    },
    mayHaveSecret,
  };
}

/** `registry-1.docker.io` and `auth.docker.io`; but not two tenants of one hosting domain. */
async function isSameDomain(a: string, b: string): Promise<boolean> {
  // The list of public suffixes is large, and most registries are their own token servers.
  const { getDomain } = await import('tldts');
  const domain = getDomain(a, { allowPrivateDomains: true });
  return domain !== null && domain === getDomain(b, { allowPrivateDomains: true });
}
