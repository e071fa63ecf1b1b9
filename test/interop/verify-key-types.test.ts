import { KEY_TYPE_IMAGES } from './key-type-images.ts';
import { compareVerify, type Row } from './parity.ts';

const SHA384 = '--signature-digest-algorithm sha384';
const SHA512 = '--signature-digest-algorithm sha512';

const ROWS: readonly Row<keyof typeof KEY_TYPE_IMAGES>[] = [
  // cosign signs with the curve's own digest and verifies with SHA-256 unless it is told otherwise
  ['p384 bundle', flags('p384-bundle'), 1],
  ['p384 bundle', flags('p384-bundle', SHA384), 0],
  ['p384 legacy', flags('p384-legacy'), 12],
  ['p384 legacy', flags('p384-legacy', SHA384), 0],
  ['p521 bundle', flags('p521-bundle', SHA384), 1],
  ['p521 bundle', flags('p521-bundle', SHA512), 0],
  ['p521 legacy', flags('p521-legacy'), 12],
  ['p521 legacy', flags('p521-legacy', SHA512), 0],
  ['rsa2048 bundle', flags('rsa2048-bundle'), 0],
  ['rsa2048 bundle', flags('rsa2048-bundle', SHA512), 1],
  ['rsa2048 legacy', flags('rsa2048-legacy'), 0],
  ['rsa2048 legacy', flags('rsa2048-legacy', SHA512), 12],
  ['rsa4096 bundle', flags('rsa4096-bundle'), 0],
  ['rsa4096 legacy', flags('rsa4096-legacy'), 0],
  // cosign signs Ed25519 pre-hashed, which its own verify does not accept
  ['ed25519 bundle', flags('ed25519-bundle'), 1],
  ['ed25519 legacy', flags('ed25519-legacy'), 12],
];

function flags(key: string, more = ''): string {
  return `--key ${key}.pub --insecure-ignore-tlog ${more}`.trim();
}

compareVerify(['distribution v3'], KEY_TYPE_IMAGES, ROWS);
