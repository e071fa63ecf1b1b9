import { BUNDLE, type Image, image, LEGACY, sigTag } from './images.ts';
import { EVIL, OLD, RELEASE, V1, V2 } from './keyless-images.ts';

const OURS = '--key ours.key';
const OTHER = '--key other.key';

export const SLSA02 = '--type slsaprovenance --predicate slsa02.json';
export const SLSA1 = '--type slsaprovenance1 --predicate slsa1.json';
const CUSTOM = '--type custom --predicate predicate.json';
const SPDX = '--type https://spdx.dev/Document --predicate predicate.json';
const OWN = '--type https://example.com/own/v1 --predicate predicate.json';

/** What the real cosign attests, in each way that it can log and store it. */
export const ATTESTATION_IMAGES = {
  unsigned: image(),
  missing: async (at) => {
    await at.putImage('1');
    return at.reference('2');
  },
  'signature bundle only': image(`${OURS} ${BUNDLE}`),
  'legacy signature only': image(`${OURS} ${LEGACY}`),

  'custom bundle': attested(`${OURS} ${BUNDLE} ${CUSTOM}`),
  'slsa 0.2 bundle': attested(`${OURS} ${BUNDLE} ${SLSA02}`),
  'slsa 1 bundle': attested(`${OURS} ${BUNDLE} ${SLSA1}`),
  'own type bundle': attested(`${OURS} ${BUNDLE} ${OWN}`),
  'slsa 1 bundle of another key': attested(`${OTHER} ${BUNDLE} ${SLSA1}`),
  'spdx and slsa 1 bundles': attested(`${OURS} ${BUNDLE} ${SPDX}`, `${OURS} ${BUNDLE} ${SLSA1}`),
  'spdx bundle, slsa 1 bundle of another key': attested(
    `${OURS} ${BUNDLE} ${SPDX}`,
    `${OTHER} ${BUNDLE} ${SLSA1}`,
  ),
  'slsa 1 bundles of both keys': attested(
    `${OTHER} ${BUNDLE} ${SLSA1}`,
    `${OURS} ${BUNDLE} ${SLSA1}`,
  ),

  'custom legacy': attested(`${OURS} ${LEGACY} ${CUSTOM}`),
  'slsa 0.2 legacy': attested(`${OURS} ${LEGACY} ${SLSA02}`),
  'slsa 1 legacy': attested(`${OURS} ${LEGACY} ${SLSA1}`),
  'own type legacy': attested(`${OURS} ${LEGACY} ${OWN}`),
  'slsa 1 legacy of another key': attested(`${OTHER} ${LEGACY} ${SLSA1}`),
  'spdx and slsa 1 legacy': attested(`${OURS} ${LEGACY} ${SPDX}`, `${OURS} ${LEGACY} ${SLSA1}`),
  'spdx legacy, slsa 1 legacy of another key': attested(
    `${OURS} ${LEGACY} ${SPDX}`,
    `${OTHER} ${LEGACY} ${SLSA1}`,
  ),
  'slsa 1 legacy of both keys': attested(
    `${OTHER} ${LEGACY} ${SLSA1}`,
    `${OURS} ${LEGACY} ${SLSA1}`,
  ),
  'slsa 1 legacy shadowed by a foreign bundle': attested(
    `${OURS} ${LEGACY} ${SLSA1}`,
    `${OTHER} ${BUNDLE} ${SPDX}`,
  ),
  'slsa 1 legacy beside a signature bundle': async (at, cosign) => {
    const reference = at.reference((await at.putImage('1')).digest);
    await cosign.attest(reference, `${OURS} ${LEGACY} ${SLSA1}`);
    await cosign.sign(reference, `${OTHER} ${BUNDLE}`);
    return at.reference('1');
  },
  'slsa 1 legacy copied from another image': async (at, cosign) => {
    const signed = await at.putImage(undefined, 'arm64');
    await cosign.attest(at.reference(signed.digest), `${OURS} ${LEGACY} ${SLSA1}`);
    const victim = await at.putImage('1');
    await at.putManifest(await at.getManifest(attTag(signed.digest)), attTag(victim.digest));
    return at.reference('1');
  },

  'keyless v1 slsa 1 bundle': attested(`${V1} ${RELEASE} ${SLSA1}`),
  'keyless v2 slsa 1 bundle': attested(`${V2} ${RELEASE} ${SLSA1}`),
  'keyless slsa 1 legacy': attested(`${OLD} ${RELEASE} ${SLSA1}`),
  'evil v1 slsa 1 bundle': attested(`${V1} ${EVIL} ${SLSA1}`),
  'evil slsa 1 legacy': attested(`${OLD} ${EVIL} ${SLSA1}`),
  'evil and good slsa 1 legacy': attested(`${OLD} ${EVIL} ${SLSA1}`, `${OLD} ${RELEASE} ${SLSA1}`),
  'key slsa 1 bundle in the v1 log': attested(`${OURS} ${V1} ${SLSA1}`),
  'key slsa 1 bundle in the v2 log': attested(`${OURS} ${V2} ${SLSA1}`),
  'key slsa 1 legacy in the log': attested(`${OURS} ${OLD} ${SLSA1}`),
} as const satisfies Record<string, Image>;

/** One image, attested once per set of flags, in that order. */
function attested(...attestations: readonly string[]): Image {
  return async (at, cosign) => {
    const reference = at.reference((await at.putImage('1')).digest);
    for (const flags of attestations) await cosign.attest(reference, flags);
    return at.reference('1');
  };
}

export function attTag(digest: string): string {
  return sigTag(digest).replace(/\.sig$/, '.att');
}
