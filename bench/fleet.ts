import { NO_POLICY } from '../lambda/domain/policy.ts';
import { MINUTE } from '../lambda/domain/time.ts';
import type { CompiledWatchlist } from '../lambda/domain/watch.ts';

/** What is watched in the measurements: tags over repositories of one registry. */

/** Requests in flight, in the floor and in the scan. */
export const CONCURRENCY = 16;
const TAGS_PER_REPOSITORY = 100;

export function repositoryOf(index: number): string {
  return `fleet/service-${Math.floor(index / TAGS_PER_REPOSITORY)}`;
}

export function tagOf(index: number): string {
  return `v${index % TAGS_PER_REPOSITORY}`;
}

/** One watch per tag, without a policy. */
export function watchlistOf(registry: string, count: number): CompiledWatchlist {
  const watches = Array.from({ length: count }, (_, index) => ({
    watchId: `${registry}/${repositoryOf(index)}:${tagOf(index)}`,
    registry,
    repository: repositoryOf(index),
    tag: tagOf(index),
    policyName: NO_POLICY,
    policy: NO_POLICY,
    immutable: false,
    signatureGrace: 15 * MINUTE,
    labels: [],
    every: 5 as const,
  }));
  return {
    watches,
    policies: new Map(),
    policyNames: new Map(),
    trustRoots: new Map(),
    registries: [],
  };
}
