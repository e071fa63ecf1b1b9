import { attested, BUNDLE, copied, type Image, image, index, LEGACY } from './images.ts';

/** Signed with a certificate of the private Sigstore, in each way that cosign can log and store it. */
export const V1 = '--signing-config v1.json --trusted-root root.json';
export const V1_AND_TIMESTAMP = '--signing-config v1-timestamp.json --trusted-root root.json';
export const V2 = '--signing-config v2.json --trusted-root root.json';
export const OLD =
  '--use-signing-config=false --new-bundle-format=false --trusted-root root.json ' +
  '--fulcio-url {sigstore} --rekor-url {sigstore} --oidc-issuer {sigstore}';

export const RELEASE = '--identity-token release.jwt';
export const EVIL = '--identity-token evil.jwt';

export const KEYLESS_IMAGES = {
  unsigned: image(),
  'v1 bundle': image(`${V1} ${RELEASE}`),
  'v1 bundle with timestamp': image(`${V1_AND_TIMESTAMP} ${RELEASE}`),
  'v2 bundle': image(`${V2} ${RELEASE}`),
  'legacy keyless': image(`${OLD} ${RELEASE}`),
  'annotated v1 bundle': image(`${V1} ${RELEASE} -a stage=prod`),
  'annotated legacy keyless': image(`${OLD} ${RELEASE} -a stage=prod`),
  'evil v1 bundle': image(`${V1} ${EVIL}`),
  'evil v2 bundle': image(`${V2} ${EVIL}`),
  'evil legacy': image(`${OLD} ${EVIL}`),
  'evil and good v1 bundles': image(`${V1} ${EVIL}`, `${V1} ${RELEASE}`),
  'evil and good legacy': image(`${OLD} ${EVIL}`, `${OLD} ${RELEASE}`),
  'good legacy shadowed by an evil bundle': image(`${OLD} ${RELEASE}`, `${V1} ${EVIL}`),
  'v1 attestation only': attested(`${V1} ${RELEASE}`),
  'v2 attestation only': attested(`${V2} ${RELEASE}`),
  'evil attestation only': attested(`${V1} ${EVIL}`),
  'v1 signed index': index(`${V1} ${RELEASE}`, (found) => found.index),
  'child of a v1 signed index': index(`${V1} ${RELEASE}`, (found) => found.child),
  'child of a recursively v2 signed index': index(`${V2} ${RELEASE} -r`, (found) => found.child),
  'key bundle without log': image(`--key ours.key ${BUNDLE}`),
  'key bundle in the v1 log': image(`--key ours.key ${V1}`),
  'key bundle in the v2 log': image(`--key ours.key ${V2}`),
  'key legacy without log': image(`--key ours.key ${LEGACY}`),
  'key legacy in the log': image(`--key ours.key ${OLD}`),
  'legacy keyless copied from another image': copied(`${OLD} ${RELEASE}`),
} as const satisfies Record<string, Image>;
