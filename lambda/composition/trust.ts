import type { Logger, TrustStore } from '../application/ports.ts';
import type { RefreshDeps } from '../application/refresh-trust.ts';
import { PUBLIC_GOOD } from '../domain/policy.ts';

/**
 * How the public-good root is brought up to date in a store, for `refreshTrust` and
 * `keepTrustFresh`. The only thing here that asks somebody else than registries.
 */
export async function createTrustRefresher(trust: TrustStore, log: Logger): Promise<RefreshDeps> {
  const [tuf, sigstore] = await Promise.all([
    import('../adapters/tuf/index.ts'),
    import('../adapters/sigstore/trusted-root.ts'),
  ]);
  return {
    ...{ trust, log },
    name: PUBLIC_GOOD,
    repository: tuf.createTufRepository(tuf.publicGoodRepository()),
    requireSound: sigstore.requireWholeRoot,
  };
}
