import type { AddressPolicy } from './address.ts';
import type { Target } from './http.ts';

/** A host that answers for a registry: its own, or one that a redirect led to. */
export interface Site extends Target {
  /** As it stands in references; of a host that a redirect led to, that host. */
  readonly registry: string;
  readonly secure: boolean;
  /** For any host that this one sends us to. */
  readonly elsewhere: AddressPolicy;
  /** Whether it is the registry that the user named: only that one is shown the user's credential. */
  readonly own: boolean;
  /** Of other domains, as a URL has them (`host` or `host:port`): token servers that may see its credential. */
  readonly tokenHosts: readonly string[];
}
