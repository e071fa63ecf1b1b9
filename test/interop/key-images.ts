import { attested, BUNDLE, type Image, image, index, LEGACY, PREDICATE } from './images.ts';

const OURS = '--key ours.key';
const OTHER = '--key other.key';

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
  'legacy hidden by an attestation bundle of another key': async (at, cosign, sigstore) => {
    const reference = await image(`${OURS} ${LEGACY}`)(at, cosign, sigstore);
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
