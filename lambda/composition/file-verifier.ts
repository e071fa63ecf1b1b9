import type { Clock, FileVerifier } from '../application/ports.ts';
import { PUBLIC_GOOD, type TrustRootName } from '../domain/policy.ts';

/** Verifies bundles over files, with the roots that were given and the public-good one of our release. */
export async function createFileVerifier(
  clock: Clock,
  given: ReadonlyMap<TrustRootName, Uint8Array>,
): Promise<FileVerifier> {
  const [files, sigstore] = await Promise.all([
    import('../adapters/sigstore/file-verifier.ts'),
    import('../adapters/sigstore/index.ts'),
  ]);
  const read = async (name: TrustRootName) =>
    given.get(name) ?? (name === PUBLIC_GOOD ? sigstore.publicGoodTrustedRoot() : undefined);
  return files.createFileVerifier({ read }, () => new Date(clock.now()));
}
