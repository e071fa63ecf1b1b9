import { createRequire } from 'node:module';

/** The seeds that the Sigstore TUF client ships: one entry per mirror, in base64. */
interface Seeds {
  readonly [mirror: string]: { readonly 'root.json': string };
}

const MIRROR = 'https://tuf-repo-cdn.sigstore.dev';

/** Where Sigstore's public-good instance publishes its root, and the TUF root that its client ships. */
export function publicGoodRepository(): { readonly mirror: string; readonly root: Uint8Array } {
  const seeds = createRequire(import.meta.url)('@sigstore/tuf/seeds.json') as Seeds;
  const root = seeds[MIRROR]?.['root.json'];
  if (root === undefined) throw new Error(`no TUF root of ${MIRROR} among the seeds`);
  return { mirror: MIRROR, root: Buffer.from(root, 'base64') };
}
