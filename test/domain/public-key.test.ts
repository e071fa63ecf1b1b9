import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { publicKeyRule } from '../../lambda/domain/public-key.ts';

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function ecKey(namedCurve: string) {
  return generateKeyPairSync('ec', { namedCurve });
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = ecKey('P-256');

describe('when a key is one that cosign signs with', () => {
  it('is pinned, with the hash of the key as its id', () => {
    const spki = p256.publicKey.export({ type: 'spki', format: 'der' });
    expect(publicKeyRule(pemOf(p256.publicKey), 'keys/acme.pub')).toEqual({
      ok: true,
      rule: {
        kind: 'key',
        keyId: `sha256:${createHash('sha256').update(spki).digest('hex')}`,
        spki: spki.toString('base64'),
        source: 'keys/acme.pub',
        digestAlgorithm: 'sha256',
      },
    });
  });

  it.each([
    ['P-384', pemOf(ecKey('P-384').publicKey)],
    ['P-521', pemOf(ecKey('P-521').publicKey)],
    ['RSA', pemOf(rsa.publicKey)],
    ['Ed25519', pemOf(generateKeyPairSync('ed25519').publicKey)],
    ['RSA in PKCS #1', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ])('accepts %s', (_type, pem) => {
    expect(publicKeyRule(pem, 'inline', 'sha384')).toMatchObject({
      ok: true,
      rule: { digestAlgorithm: 'sha384' },
    });
  });

  it('gives one key one id, however it is written', () => {
    const id = (pem: string) => {
      const result = publicKeyRule(pem, 'inline');
      return result.ok ? result.rule.keyId : result.problem;
    };
    const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    expect(id(pkcs1)).toBe(id(pemOf(rsa.publicKey)));
    expect(id(`# a comment\n${pemOf(rsa.publicKey)}\n`)).toBe(id(pemOf(rsa.publicKey)));
  });
});

describe('when a key cannot be used', () => {
  const broken = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
  const secret = p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each([
    ['a private key', secret, 'a PEM block "PRIVATE KEY"'],
    ['nothing', '', 'no PEM block'],
    ['two keys', pemOf(p256.publicKey).repeat(2), '2 PEM blocks'],
    ['a certificate', broken.replaceAll('PUBLIC KEY', 'CERTIFICATE'), 'a PEM block "CERTIFICATE"'],
    ['junk', broken, 'a PEM block that is not a public key'],
    ['X25519', pemOf(generateKeyPairSync('x25519').publicKey), 'a key of type x25519'],
    ['secp256k1', pemOf(ecKey('secp256k1').publicKey), 'an ECDSA key on secp256k1'],
    [
      'a small RSA key',
      pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      'an RSA key of 1024 bits',
    ],
  ])('says that it is %s, and what was expected', (_what, pem, found) => {
    const result = publicKeyRule(pem, 'inline');
    const problem = result.ok ? '' : result.problem;
    expect(problem).toContain(`found ${found}`);
    expect(problem).toContain('expected');
    expect(problem).not.toContain(secret.split('\n')[1]);
  });
});
