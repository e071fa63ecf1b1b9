import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verifyDigest } from '../../../lambda/adapters/sigstore/prehashed.ts';

const KEYS = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const HASHES = ['sha256', 'sha384', 'sha512'] as const;
const MESSAGE = Buffer.from('a file that is elsewhere');
const digestBy = (hash: string, message = MESSAGE) => createHash(hash).update(message).digest();

describe.each(Object.entries(KEYS))('verifyDigest with %s', (_name, { privateKey, publicKey }) => {
  it.each(HASHES)('takes what was signed with %s', (hash) => {
    const signature = sign(hash, MESSAGE, privateKey);
    expect(verifyDigest(publicKey, hash, digestBy(hash), signature)).toBe(true);
  });

  it('refuses every other digest, hash, signature and key', () => {
    const signature = sign('sha256', MESSAGE, privateKey);
    const digest = digestBy('sha256');
    const changed = Buffer.from(signature);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    expect(verifyDigest(publicKey, 'sha256', digestBy('sha256', Buffer.from('x')), signature)).toBe(
      false,
    );
    expect(verifyDigest(publicKey, 'sha512', digestBy('sha512'), signature)).toBe(false);
    expect(verifyDigest(publicKey, 'sha256', digest, changed)).toBe(false);
    expect(verifyDigest(publicKey, 'sha256', digest, Buffer.alloc(0))).toBe(false);
    expect(verifyDigest(publicKey, 'sha256', digest, Buffer.from('30'.repeat(20), 'hex'))).toBe(
      false,
    );
    expect(
      verifyDigest(publicKey, 'sha256', digest, Buffer.concat([signature, Buffer.alloc(1)])),
    ).toBe(false);
    expect(verifyDigest(publicKey, 'sha256', Buffer.alloc(0), signature)).toBe(false);
    expect(verifyDigest(other, 'sha256', digest, signature)).toBe(false);
  });
});

describe('verifyDigest', () => {
  it('takes a signature with its other half of s, as Go and OpenSSL do', () => {
    const { privateKey, publicKey } = KEYS['P-256'];
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const raw = sign('sha256', MESSAGE, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
    for (const half of [s, order - s]) {
      const parts = [raw.subarray(0, 32), Buffer.from(half.toString(16).padStart(64, '0'), 'hex')];
      expect(verifyDigest(publicKey, 'sha256', digestBy('sha256'), derOf(parts))).toBe(true);
    }
  });

  it('knows no digest of Ed25519, which signs the whole file', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signature = sign(null, MESSAGE, privateKey);
    expect(verifyDigest(publicKey, 'sha256', digestBy('sha256'), signature)).toBe(false);
  });

  it('knows no other curve', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const signature = sign('sha256', MESSAGE, privateKey);
    expect(verifyDigest(publicKey, 'sha256', digestBy('sha256'), signature)).toBe(false);
  });
});

/** ASN.1 of r and s. */
function derOf(numbers: readonly Buffer[]): Buffer {
  const integers = numbers.map((bytes) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const short = bytes.subarray(start);
    const positive = (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), short]) : short;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  });
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
