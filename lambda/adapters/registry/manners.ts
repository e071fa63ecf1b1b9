/** How a registry wants to be treated, as far as its documents say; every answer may say otherwise. */
export interface Manners {
  /** To its one origin, at the same time. */
  readonly connections?: number;
  /** Requests. Absent where no limit is published. */
  readonly perSecond?: number;
}

/**
 * Docker Hub: "in the order of thousands per minute" per address. Quay: "a few requests per second"
 * per address. GHCR: 44,000 a minute. Container Registry and Artifact Registry: 50,000 in 10 minutes. ECR Public: one a
 * second without a login. Azure: 1,000 a minute in its smallest tier.
 */
const KNOWN: readonly (readonly [RegExp, Manners])[] = [
  [/^docker\.io$/, { connections: 8, perSecond: 30 }],
  [/^quay\.io$/, { connections: 2, perSecond: 4 }],
  [/^ghcr\.io$/, { perSecond: 700 }],
  [/^(?:[a-z]+\.)?gcr\.io$|-docker\.pkg\.dev$/, { perSecond: 80 }],
  [/^public\.ecr\.aws$/, { connections: 4, perSecond: 1 }],
  [/\.azurecr\.io$/, { perSecond: 16 }],
];

/** @param registry as it stands in references */
export function mannersOf(registry: string): Manners {
  return KNOWN.find(([host]) => host.test(registry))?.[1] ?? {};
}
