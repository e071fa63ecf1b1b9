import type {
  AttestationVerifier,
  Clock,
  Registry,
  TrustRoots,
  Verifier,
} from '../application/ports.ts';
import { PUBLIC_GOOD, type TrustRootName } from '../domain/policy.ts';

/** The verifier, with the public-good root of our release unless `stored` has a newer one. */
export async function createVerifier(
  registry: Registry,
  clock: Clock,
  roots: { readonly given?: ReadonlyMap<TrustRootName, Uint8Array>; readonly stored?: TrustRoots },
): Promise<Verifier & AttestationVerifier> {
  // By their own files: whatever its index exports would be in every bundle that verifies.
  const [sigstore, { rememberRoots }, { publicGoodTrustedRoot }] = await Promise.all([
    import('../adapters/sigstore/verifier.ts'),
    import('../adapters/sigstore/remembered-roots.ts'),
    import('../adapters/sigstore/public-good.ts'),
  ]);
  const now = () => new Date(clock.now());
  const { given } = roots;
  const stored = roots.stored && rememberRoots(roots.stored, now);
  const trustRoots: TrustRoots = {
    read: async (name) => {
      const known = given?.get(name) ?? (await stored?.read(name));
      return known ?? (name === PUBLIC_GOOD ? publicGoodTrustedRoot() : undefined);
    },
    refreshedAt: async (name) => (given?.has(name) ? undefined : stored?.refreshedAt(name)),
  };
  return sigstore.createVerifier({ registry, trustRoots, now });
}
