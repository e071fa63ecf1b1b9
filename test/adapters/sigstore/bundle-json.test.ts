import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseBundle, parseFileBundle } from '../../../lambda/adapters/sigstore/bundle-json.ts';
import type { BundleJson } from '../../support/sigstore/bundle.ts';
import { CAPTURED } from './policies.ts';

const BLOBS = join(CAPTURED, 'keyless-v1-bundle/blobs');
/** A bundle that the real cosign made. */
const TEXT =
  readdirSync(BLOBS)
    .map((name) => readFileSync(join(BLOBS, name), 'utf8'))
    .find((text) => text.includes('tlogEntries')) ?? '';

type Edit = (bundle: BundleJson & Record<string, unknown>) => unknown;

function changed(edit: Edit): Uint8Array {
  const bundle = JSON.parse(TEXT);
  edit(bundle);
  return Buffer.from(JSON.stringify(bundle));
}

const material = (more: object): Edit => {
  return ({ verificationMaterial }) => Object.assign(verificationMaterial, more);
};

function entry(more: object): Edit {
  return ({ verificationMaterial }) =>
    Object.assign(verificationMaterial.tlogEntries[0] ?? {}, more);
}

function proof(more: object): Edit {
  return ({ verificationMaterial: { tlogEntries } }) =>
    Object.assign(tlogEntries[0]?.inclusionProof ?? {}, more);
}

const many = (length: number, item: unknown) => Array.from({ length }, () => item);

describe('a bundle', () => {
  it('is read as cosign made it', () => {
    expect(parseBundle(Buffer.from(TEXT)).verificationMaterial?.tlogEntries).toHaveLength(1);
  });

  const rows: readonly (readonly [what: string, problem: string, edit: Edit])[] = [
    [
      'G9: a signature of a file and an envelope',
      'messageSignature and dsseEnvelope, expected exactly one',
      (bundle) => Object.assign(bundle, { messageSignature: {} }),
    ],
    [
      'G9: neither of the two',
      'has none, expected exactly one of messageSignature',
      (bundle) => Reflect.deleteProperty(bundle, 'dsseEnvelope'),
    ],
    [
      'G9: a certificate and a key',
      'publicKey and certificate, expected exactly one',
      material({ publicKey: { hint: '' } }),
    ],
    [
      'G9: no holder',
      'bundle material has none',
      ({ verificationMaterial }) => delete verificationMaterial.certificate,
    ],
    [
      'G9: a list where an object belongs',
      'bundle.verificationMaterial is a list',
      (bundle) => Object.assign(bundle, { verificationMaterial: [] }),
    ],
    ['G9: a text where a list belongs', 'tlogEntries is string', material({ tlogEntries: 'x' })],
    [
      'G9: a number where a text belongs',
      'mediaType is number',
      (bundle) => Object.assign(bundle, { mediaType: 1 }),
    ],
    ['G9: a fraction where an integer belongs', 'expected an integer', entry({ logIndex: 1.5 })],
    ['an entry without its log', 'lacks its log, kind or body', entry({ logId: { keyId: '' } })],
    ['an entry without its kind', 'lacks its log, kind or body', entry({ kindVersion: null })],
    ['an entry without its body', 'lacks its log, kind or body', entry({ canonicalizedBody: '' })],
    ['an entry of a negative index', 'negative index', entry({ logIndex: '-1' })],
    ['a proof without its checkpoint', 'lacks its checkpoint', proof({ checkpoint: null })],
    ['an entry without its proof', 'has an inclusionProof', entry({ inclusionProof: null })],
    ['G10: 65 hashes of a proof', '65 entries', proof({ hashes: many(65, 'AAAA') })],
    ['G10: 33 log entries', '33 entries', material({ tlogEntries: many(33, {}) })],
    [
      'G10: 33 timestamps',
      '33 entries',
      material({ timestampVerificationData: { rfc3161Timestamps: many(33, {}) } }),
    ],
    [
      'G10: 11 certificates of a chain',
      '11 entries',
      material({ x509CertificateChain: { certificates: many(11, {}) } }),
    ],
  ];

  it.each(rows)('is refused with %s', (_what, problem, edit) => {
    expect(() => parseBundle(changed(edit))).toThrow(problem);
  });

  it('of a file is refused with an empty certificate chain', () => {
    const bytes = changed((bundle) => {
      bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
      delete bundle.verificationMaterial.certificate;
      material({ x509CertificateChain: { certificates: [] } })(bundle);
    });
    expect(() => parseFileBundle(bytes)).toThrow('empty certificate chain');
    expect(() => parseBundle(bytes)).toThrow('has media type');
  });
});
