import { NO_POLICY, type Policy, type PolicyHash } from '../domain/policy.ts';
import type { WatchTerms } from '../domain/watch.ts';
import type { WatchStore } from './ports.ts';

/** A policy never changes under its hash, so each is read once per process and store. */
const known = new WeakMap<WatchStore, Map<PolicyHash, Policy>>();

/** The policies that these terms name; one that the store does not have is left out. */
export async function policiesOf(
  watches: WatchStore,
  terms: Iterable<WatchTerms>,
): Promise<ReadonlyMap<PolicyHash, Policy>> {
  const cache = known.get(watches) ?? new Map<PolicyHash, Policy>();
  known.set(watches, cache);
  const wanted = new Set([...terms].map(({ policy }) => policy));
  wanted.delete(NO_POLICY);
  const missing = [...wanted].filter((hash) => !cache.has(hash));
  if (missing.length > 0) {
    for (const [hash, policy] of await watches.policies(missing)) cache.set(hash, policy);
  }
  return new Map(
    [...wanted].flatMap((hash) => {
      const policy = cache.get(hash);
      return policy === undefined ? [] : [[hash, policy] as const];
    }),
  );
}
