import { createRequire } from 'node:module';

/** The seeds that the Sigstore TUF client ships: one entry per mirror, targets in base64. */
interface Seeds {
  readonly [mirror: string]: { readonly targets: { readonly [name: string]: string } };
}

const MIRROR = 'https://tuf-repo-cdn.sigstore.dev';

/**
 * The `trusted_root.json` of Sigstore's public-good instance as it was when our dependency was
 * released: the offline start. Only the package's data file is read: its TUF client would cost
 * 93 ms of cold start and goes to the network.
 */
export function publicGoodTrustedRoot(): Uint8Array {
  const seeds = createRequire(import.meta.url)('@sigstore/tuf/seeds.json') as Seeds;
  const target = seeds[MIRROR]?.targets['trusted_root.json'];
  if (target === undefined) throw new Error(`no trusted root of ${MIRROR} among the seeds`);
  return Buffer.from(target, 'base64');
}
