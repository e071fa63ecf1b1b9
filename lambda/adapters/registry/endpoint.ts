import type { RegistrySettings } from '../../domain/watch.ts';
import { isLoopbackHost } from './address.ts';
import { RegistryError } from './errors.ts';
import { mannersOf } from './manners.ts';
import type { Site } from './site.ts';
import { knownTokenHosts } from './token-hosts.ts';

export interface EndpointOptions {
  /** From the watch list. */
  readonly settings?: readonly RegistrySettings[];
  /**
   * Whether loopback may be connected to, and link-local addresses of registries that may be private:
   * on a laptop, never in a function of a deployed stack. There both are the platform's own: the
   * runtime's interface, its daemons, its metadata.
   */
  readonly allowLoopback?: boolean;
  /** Registries that are spoken to without TLS. */
  readonly allowHttp?: readonly string[];
  /** Registries whose certificate is not checked. */
  readonly allowInsecureTls?: readonly string[];
}

/** References name Docker Hub by its website. */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Where registries are spoken to, and what is allowed on the way: worked out once for each. */
export class Endpoints {
  readonly #options: EndpointOptions;
  readonly #known = new Map<string, Site>();

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  of(registry: string): Site {
    const known = this.#known.get(registry) ?? this.#resolve(registry);
    this.#known.set(registry, known);
    return known;
  }

  /** Another host that belongs to a registry and is shown no credential of it. */
  besides(registry: string, origin: string): Site {
    const { addresses, elsewhere } = this.of(registry);
    const { hostname, host, protocol } = new URL(origin);
    const secure = protocol === 'https:';
    return {
      ...{ own: false, registry: host, origin, hostname, secure },
      ...{ addresses, elsewhere, tls: { insecure: false }, tokenHosts: [] },
    };
  }

  #resolve(registry: string): Site {
    const { allowHttp, allowInsecureTls, allowLoopback = false } = this.#options;
    const settings = this.#options.settings?.find(({ host }) => host === registry);
    const { hostname, host } = hostOf(API_HOSTS[registry] ?? registry);
    const insecure = allowInsecureTls?.includes(registry) ?? false;
    const isLoopback = isLoopbackHost(hostname);
    const plain =
      (settings?.plainHttp ?? false) ||
      (allowHttp?.includes(registry) ?? false) ||
      (isLoopback && settings?.ca === undefined && !insecure);
    const { connections } = mannersOf(registry);
    const mayBePrivate = settings?.allowPrivate ?? false;
    const linkLocal = mayBePrivate && allowLoopback;
    return {
      own: true,
      ...(connections !== undefined && { connections }),
      registry,
      origin: `${plain ? 'http' : 'https'}://${host}`,
      hostname,
      secure: !plain,
      tls: { insecure, ...(settings?.ca === undefined ? {} : { ca: settings.ca }) },
      addresses: { loopback: allowLoopback, linkLocal, private: mayBePrivate },
      elsewhere: { loopback: allowLoopback && isLoopback, linkLocal, private: mayBePrivate },
      tokenHosts: [...(settings?.tokenHosts ?? []), ...knownTokenHosts(host)],
    };
  }
}

/** `1.2.3.4.5` is a host in a reference and none in a URL. */
function hostOf(registry: string): URL {
  const url = URL.parse(`https://${registry}`);
  if (url === null) throw new RegistryError('UNREACHABLE', `${registry} is no host name`);
  return url;
}
