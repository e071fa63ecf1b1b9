import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attest, type SigningTarget, signKeyless, signWithKey } from '../support/sigstore/index.ts';
import { type Image, RELEASE } from './images.ts';
import type { Repository } from './repository.ts';

type How = Pick<SigningTarget, 'format' | 'rekor' | 'timestamped' | 'annotations'>;

/** Signed by the doubles that all other tests rely on: the real cosign is their judge. */
export const DOUBLE_IMAGES = {
  'our v1 bundle': keyless({}),
  'our v1 bundle with timestamp': keyless({ timestamped: true }),
  'our v2 bundle': keyless({ rekor: 'v2' }),
  'our annotated bundle': keyless({ annotations: { stage: 'prod' } }),
  'our keyless legacy': keyless({ format: 'legacy' }),
  'our annotated legacy': keyless({ format: 'legacy', annotations: { stage: 'prod' } }),
  'our key bundle': withKey({}, true),
  'our key bundle in the v2 log': withKey({ rekor: 'v2' }, true),
  'our key bundle without log': withKey({}, false),
  'our key legacy': withKey({ format: 'legacy' }, true),
  'our key legacy without log': withKey({ format: 'legacy' }, false),
  'our attestation only': async (at, _cosign, sigstore) => {
    const predicate = { predicateType: 'https://example.com/custom', predicate: {} };
    await attest(sigstore, { ...(await target(at)), ...RELEASE, ...predicate });
    return at.reference('1');
  },
} as const satisfies Record<string, Image>;

function keyless(how: How): Image {
  return async (at, _cosign, sigstore) => {
    await signKeyless(sigstore, { ...(await target(at)), ...RELEASE, ...how });
    return at.reference('1');
  };
}

function withKey(how: How, tlog: boolean): Image {
  return async (at, cosign, sigstore) => {
    const key = createPrivateKey(await readFile(join(cosign.folder, 'ours.pem'), 'utf8'));
    await signWithKey(sigstore, { ...(await target(at)), ...how, key, tlog });
    return at.reference('1');
  };
}

async function target(at: Repository): Promise<SigningTarget> {
  const { digest } = await at.putImage('1');
  const referrers = await at.referrersOf(digest);
  return { registryHost: at.host, repository: at.path, digest: digest as never, referrers };
}
