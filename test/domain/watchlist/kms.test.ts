import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { KmsAnswer } from '../../../lambda/domain/kms-key.ts';
import type { WatchlistResult } from '../../../lambda/domain/watchlist/index.ts';
import { acme } from './keys.ts';
import { parsed } from './support.ts';

const URI = 'awskms:///alias/release';
const ARN = 'awskms:///arn:aws:kms:eu-central-1:123456789012:alias/release';
const OTHER = generateKeyPairSync('ec', {
  namedCurve: 'P-384',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).publicKey;

function listOf(...signers: string[]): string {
  return `version: 1\nwatch: []\npolicies: {acme: {signedBy: [${signers.join(', ')}]}}\n`;
}

function answer(pem: string, digestAlgorithm: 'sha256' | 'sha384' = 'sha256'): KmsAnswer {
  return { ok: true, pem, digestAlgorithm };
}

function hashOf(result: WatchlistResult): string | undefined {
  return result.ok ? result.watchlist.policyNames.get('acme') : undefined;
}

function problems(result: WatchlistResult): string[] {
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

const SIGNED = listOf(`{key: "${URI}"}`);

describe('a signer with a key of KMS', () => {
  it('is pinned as what KMS said', () => {
    const result = parsed(SIGNED, new Map([[URI, answer(acme.publicKey, 'sha384')]]));
    const [policy] = result.ok ? result.watchlist.policies.values() : [];
    expect(policy?.signedBy).toEqual([
      {
        kind: 'key',
        source: URI,
        keyId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        spki: expect.any(String),
        digestAlgorithm: 'sha384',
      },
    ]);
    expect(result).toMatchObject({ ok: true, kmsUris: [URI] });
  });

  it('makes another policy when the alias has moved', () => {
    const before = hashOf(parsed(SIGNED, new Map([[URI, answer(acme.publicKey)]])));
    expect(before).toBeDefined();
    expect(hashOf(parsed(SIGNED, new Map([[URI, answer(acme.publicKey)]])))).toBe(before);
    expect(hashOf(parsed(SIGNED, new Map([[URI, answer(OTHER)]])))).not.toBe(before);
  });

  it('is one of several, each key named once', () => {
    const text = listOf(`{key: "${URI}"}`, `{key: "${ARN}"}`, `{key: "${URI}"}`);
    expect(parsed(text, 'unasked')).toMatchObject({ ok: true, kmsUris: [URI, ARN] });
  });
});

describe('a key that KMS was not asked about', () => {
  it.each([
    ['nobody asked for any', undefined],
    ['another was', new Map([[ARN, answer(acme.publicKey)]])],
  ])('is a problem when %s', (_what, keys) => {
    expect(problems(parsed(SIGNED, keys))).toEqual([
      `policies.acme.signedBy[0].key: "${URI}": KMS was not asked about it`,
    ]);
  });

  it('is none when the list is only looked at', () => {
    expect(parsed(SIGNED, 'unasked')).toMatchObject({ ok: true, kmsUris: [URI] });
  });
});

describe('a key of KMS is refused', () => {
  const hostile = 'awskms://kms.evil.example/alias/release';

  it.each<[string, string, KmsAnswer | undefined, string]>([
    [
      'when KMS has none of that name',
      `{key: "${URI}"}`,
      { ok: false, problem: 'found no key, expected one' },
      `"${URI}": found no key, expected one`,
    ],
    [
      'when it is of a kind that nobody verifies',
      `{key: "${URI}"}`,
      answer(
        generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      ),
      'found a key of type x25519',
    ],
    [
      'when the list says how it signs',
      `{key: "${URI}", digestAlgorithm: sha256}`,
      answer(acme.publicKey),
      'found digestAlgorithm with a key of KMS, expected it left out',
    ],
    [
      'at an endpoint of somebody else, which would get a signed request',
      `{key: "${hostile}"}`,
      answer(acme.publicKey),
      'found the endpoint "kms.evil.example", expected one of AWS or on this machine',
    ],
    ['when it is none', '{key: "awskms:///release"}', undefined, 'expected awskms:///KEY'],
  ])('%s', (_what, signer, said, expected) => {
    const keys = new Map([URI, hostile].flatMap((uri) => (said ? [[uri, said] as const] : [])));
    const found = problems(parsed(listOf(signer), keys));
    expect(found).toEqual([expect.stringContaining(expected)]);
  });

  it('before anybody is asked, where its URI shows it', () => {
    expect(parsed(listOf(`{key: "${hostile}"}`), 'unasked').ok).toBe(false);
  });
});
