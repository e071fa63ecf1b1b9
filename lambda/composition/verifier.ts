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
  const sigstore = await import('../adapters/sigstore/index.ts');
  const now = () => new Date(clock.now());
  const { given } = roots;
  const stored = roots.stored && sigstore.rememberRoots(roots.stored, now);
  const trustRoots: TrustRoots = {
    read: async (name) => {
      const known = given?.get(name) ?? (await stored?.read(name));
      return known ?? (name === PUBLIC_GOOD ? sigstore.publicGoodTrustedRoot() : undefined);
    },
    refreshedAt: async (name) => (given?.has(name) ? undefined : stored?.refreshedAt(name)),
  };
  return sigstore.createVerifier({ registry, trustRoots, now });
}
