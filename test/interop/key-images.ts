import type { Cosign } from './cosign.ts';
import type { Repository } from './repository.ts';

/** Puts an image into an empty repository and whatever belongs to it; resolves to what shall be verified. */
export type Image = (at: Repository, cosign: Cosign) => Promise<string>;

/** How cosign 3 stores a signature by default: a Sigstore bundle, found as a referrer. */
export const BUNDLE = '--signing-config no-services.json';
/** How cosign 1 and 2 did, and 3 still does when it is told to: the `.sig` and `.att` tags. */
export const LEGACY = '--new-bundle-format=false --use-signing-config=false --tlog-upload=false';
const OURS = '--key ours.key';
const OTHER = '--key other.key';
const PREDICATE = '--type custom --predicate predicate.json';

export const KEY_IMAGES = {
  unsigned: image(),
  missing: async (at) => {
    await at.putImage('1');
    return at.reference('2');
  },
  bundle: image(`${OURS} ${BUNDLE}`),
  'bundle of another key': image(`${OTHER} ${BUNDLE}`),
  'bundles of both keys': image(`${OTHER} ${BUNDLE}`, `${OURS} ${BUNDLE}`),
  'annotated bundle': image(`${OURS} ${BUNDLE} -a stage=prod -a team=a`),
  legacy: image(`${OURS} ${LEGACY}`),
  'legacy of another key': image(`${OTHER} ${LEGACY}`),
  'legacy of both keys': image(`${OTHER} ${LEGACY}`, `${OURS} ${LEGACY}`),
  'annotated legacy': image(`${OURS} ${LEGACY} -a stage=prod -a team=a`),
  'legacy shadowed by a foreign bundle': image(`${OURS} ${LEGACY}`, `${OTHER} ${BUNDLE}`),
  'legacy of another key beside a bundle': image(`${OTHER} ${LEGACY}`, `${OURS} ${BUNDLE}`),
  'attestation bundle only': attested(`${OURS} ${BUNDLE}`),
  'attestation bundle of another key': attested(`${OTHER} ${BUNDLE}`),
  'legacy attestation only': attested(`${OURS} ${LEGACY}`),
  'legacy hidden by an attestation bundle of another key': async (at, cosign) => {
    const reference = await image(`${OURS} ${LEGACY}`)(at, cosign);
    await cosign.attest(reference, `${OTHER} ${BUNDLE} ${PREDICATE}`);
    return reference;
  },
  'signed index': index(`${OURS} ${BUNDLE}`, (found) => found.index),
  'child of a signed index': index(`${OURS} ${BUNDLE}`, (found) => found.child),
  'child of a recursively signed index': index(`${OURS} ${BUNDLE} -r`, (found) => found.child),
  'legacy signed index': index(`${OURS} ${LEGACY}`, (found) => found.index),
  'child of a legacy signed index': index(`${OURS} ${LEGACY}`, (found) => found.child),
  'child of a recursively legacy signed index': index(
    `${OURS} ${LEGACY} -r`,
    (found) => found.child,
  ),
} as const satisfies Record<string, Image>;

/** One image, signed once per set of flags, in that order. */
export function image(...signatures: readonly string[]): Image {
  return async (at, cosign) => {
    const reference = at.reference((await at.putImage('1')).digest);
    for (const flags of signatures) await cosign.sign(reference, flags);
    return at.reference('1');
  };
}

export function attested(flags: string): Image {
  return async (at, cosign) => {
    const reference = at.reference((await at.putImage('1')).digest);
    await cosign.attest(reference, `${flags} ${PREDICATE}`);
    return at.reference('1');
  };
}

export function index(
  flags: string,
  which: (digests: { index: string; child: string }) => string,
): Image {
  return async (at, cosign) => {
    const { index, children } = await at.putIndex('1');
    await cosign.sign(at.reference(index.digest), flags);
    return at.reference(which({ index: index.digest, child: children[0]?.digest ?? '' }));
  };
}
