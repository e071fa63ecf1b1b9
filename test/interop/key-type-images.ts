import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { BUNDLE, type Image, image, LEGACY } from './images.ts';

const KEYS = {
  p384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  p521: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  rsa2048: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  rsa4096: () => generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey,
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
};

/** Images signed with every type of key that cosign imports, P-256 apart, which all others use. */
export const KEY_TYPE_IMAGES = {
  'p384 bundle': signedBy('p384', BUNDLE),
  'p384 legacy': signedBy('p384', LEGACY),
  'p521 bundle': signedBy('p521', BUNDLE),
  'p521 legacy': signedBy('p521', LEGACY),
  'rsa2048 bundle': signedBy('rsa2048', BUNDLE),
  'rsa2048 legacy': signedBy('rsa2048', LEGACY),
  'rsa4096 bundle': signedBy('rsa4096', BUNDLE),
  'rsa4096 legacy': signedBy('rsa4096', LEGACY),
  'ed25519 bundle': signedBy('ed25519', BUNDLE),
  'ed25519 legacy': signedBy('ed25519', LEGACY),
} as const satisfies Record<string, Image>;

function signedBy(type: keyof typeof KEYS, format: string): Image {
  return async (at, cosign, sigstore) => {
    const name = `${type}-${format === BUNDLE ? 'bundle' : 'legacy'}`;
    await cosign.importKey(name, pemOf(KEYS[type]()));
    return image(`--key ${name}.key ${format}`)(at, cosign, sigstore);
  };
}

export function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}
