/** What is watched in the measurements: tags over repositories of one registry. */

/** Requests in flight, in the floor and in the scan. */
export const CONCURRENCY = 16;
/** Each measurement is repeated in its process; the first round warms it up and is left out. */
export const ROUNDS = 6;

const TAGS_PER_REPOSITORY = 100;

export function repositoryOf(index: number): string {
  return `fleet/service-${Math.floor(index / TAGS_PER_REPOSITORY)}`;
}

export function tagOf(index: number): string {
  return `v${index % TAGS_PER_REPOSITORY}`;
}

/** The median, without the first. */
export function typical(rounds: readonly number[]): number {
  const warm = rounds.slice(1).toSorted((a, b) => a - b);
  return warm[Math.floor(warm.length / 2)] ?? Number.NaN;
}
