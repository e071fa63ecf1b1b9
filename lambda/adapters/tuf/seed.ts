import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };

const MIRROR = 'https://tuf-repo-cdn.sigstore.dev';

/** Where Sigstore's public-good instance publishes its root, and the TUF root that its client ships. */
export function publicGoodRepository(): { readonly mirror: string; readonly root: Uint8Array } {
  return { mirror: MIRROR, root: Buffer.from(seeds[MIRROR]['root.json'], 'base64') };
}
