import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readKmsKey } from '../../../lambda/adapters/kms/public-key.ts';
import { parseKmsReference } from '../../../lambda/domain/kms-key.ts';
import { publicKeyRule } from '../../../lambda/domain/public-key.ts';
import { derOf, KmsDouble, type KmsKey } from '../../support/kms/index.ts';

const p256 = derOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
const rsa = derOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
const PKCS1 = ['256', '384', '512'].map((size) => `RSASSA_PKCS1_V1_5_SHA_${size}`);
const PSS = ['256', '384', '512'].map((size) => `RSASSA_PSS_SHA_${size}`);

let kms: KmsDouble;
beforeAll(async () => {
  kms = await KmsDouble.start();
});
afterEach(() => kms.keys.clear());
afterAll(() => kms.close());

function read(key = 'alias/x', access = {}) {
  const reference = parseKmsReference(kms.uri(key));
  if ('problem' in reference) throw new Error(reference.problem);
  return readKmsKey(reference, access);
}

describe('the public half of a key of KMS', () => {
  it('is asked for once, by GetPublicKey and nothing else', async () => {
    kms.keys.set('alias/x', { publicKey: p256 });
    const before = kms.calls.length;
    const answer = await read();
    expect(answer).toMatchObject({ ok: true, digestAlgorithm: 'sha256' });
    expect(kms.calls.slice(before)).toEqual([
      { target: 'TrentService.GetPublicKey', input: { KeyId: 'alias/x' }, region: 'us-east-1' },
    ]);
    const rule = answer.ok ? publicKeyRule(answer.pem, 'x') : undefined;
    expect(rule).toMatchObject({ ok: true, rule: { spki: p256.toString('base64') } });
  });

  it('is asked for in the region of its ARN, whatever the user chose', async () => {
    const arn = 'arn:aws:kms:ap-south-1:123456789012:alias/x';
    kms.keys.set(arn, { publicKey: p256 });
    kms.keys.set('alias/x', { publicKey: p256 });
    await read(arn, { region: 'eu-west-1' });
    await read('alias/x', { region: 'eu-west-1' });
    expect(kms.calls.slice(-2).map(({ region }) => region)).toEqual(['ap-south-1', 'eu-west-1']);
  });

  it.each<[string, Partial<KmsKey>, string]>([
    ['ECC_NIST_P384', { algorithms: ['ECDSA_SHA_384'] }, 'sha384'],
    ['ECC_NIST_P521', { algorithms: ['ECDSA_SHA_512'] }, 'sha512'],
    ['RSA_2048', { algorithms: [...PKCS1, ...PSS], publicKey: rsa }, 'sha256'],
    ['RSA_4096', { algorithms: PKCS1.toReversed(), publicKey: rsa }, 'sha512'],
  ])('comes with the digest that cosign signs with: %s', async (spec, key, digestAlgorithm) => {
    kms.keys.set('alias/x', { publicKey: p256, spec, ...key });
    expect(await read()).toMatchObject({ ok: true, digestAlgorithm });
  });
});

describe('a key of KMS that nobody signs images with', () => {
  it.each<[string, Partial<KmsKey>, string]>([
    ['for encryption', { usage: 'ENCRYPT_DECRYPT', spec: 'RSA_2048' }, 'a key for ENCRYPT_DECRYPT'],
    ['for agreement', { usage: 'KEY_AGREEMENT' }, 'a key for KEY_AGREEMENT'],
    ['for nothing', { usage: '' }, 'a key for '],
    ['that signs with PSS', { algorithms: [...PSS, ...PKCS1] }, 'signs with RSASSA_PSS_SHA_256'],
    [
      'that signs with SM2',
      { spec: 'SM2', algorithms: ['SM2DSA'] },
      'type SM2 that signs with SM2',
    ],
    [
      'that signs with ML-DSA',
      { spec: 'ML_DSA_44', algorithms: ['ML_DSA_SHAKE_256'] },
      'ML_DSA_44',
    ],
    ['that signs with nothing', { algorithms: [] }, 'signs with none'],
    ['with an odd algorithm', { algorithms: ['constructor'] }, 'signs with constructor'],
    ['without bytes', { publicKey: Buffer.of() }, 'an answer without a public key'],
    ['with too many', { publicKey: Buffer.alloc(20_000, 1) }, 'an answer without a public key'],
  ])('%s', async (_what, key, found) => {
    kms.keys.set('alias/x', { publicKey: p256, ...key });
    const answer = await read();
    expect(answer).toMatchObject({ ok: false, problem: expect.stringContaining(found) });
    expect(answer).toMatchObject({ problem: expect.stringContaining('expected a key that signs') });
  });

  it.each([
    ['NotFoundException', 'no key of that name in this account and region'],
    ['DisabledException', 'a disabled key'],
    ['KMSInvalidStateException', 'a key that cannot be used'],
    ['UnsupportedOperationException', 'a key without a public half'],
    ['InvalidArnException', 'an ARN that is none of a key'],
    ['InvalidKeyUsageException', 'a key that is not for signing'],
  ])('as KMS says: %s', async (refused, found) => {
    kms.keys.set('alias/x', { refused });
    expect(await read()).toEqual({ ok: false, problem: expect.stringContaining(`found ${found}`) });
  });
});

describe('when KMS does not say what a key is', () => {
  it.each([
    ['AccessDeniedException', 'DENIED', false, 'expected kms:GetPublicKey on this key'],
    ['ExpiredTokenException', 'EXPIRED', false, 'sign in again'],
    ['UnrecognizedClientException', 'DENIED', false, 'expected kms:GetPublicKey'],
    ['ThrottlingException', 'UNAVAILABLE', true, 'too fast'],
    ['KMSInternalException', 'UNAVAILABLE', true, 'too fast'],
    ['DependencyTimeoutException', 'UNAVAILABLE', true, 'too fast'],
    ['ValidationException', 'FAILED', false, 'too fast'],
    ['toString', 'FAILED', false, 'too fast'],
  ])('it is an error: %s', async (refused, code, temporary, expected) => {
    kms.keys.set('alias/x', { refused, says: 'too fast' });
    const thrown = await read().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'KmsError', code, temporary });
    expect(String(thrown)).toContain(`${kms.uri('alias/x')}: too fast`);
    expect(String(thrown)).toContain(expected);
  });

  it('and nobody answers', async () => {
    const gone = await KmsDouble.start();
    const reference = parseKmsReference(gone.uri('alias/x'));
    await gone.close();
    if ('problem' in reference) throw new Error(reference.problem);
    await expect(readKmsKey(reference, {})).rejects.toMatchObject({
      name: 'KmsError',
      code: 'UNAVAILABLE',
      temporary: true,
    });
  });
});
