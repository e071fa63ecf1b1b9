import { generateKeyPairSync } from 'node:crypto';

function pair() {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

export const acme = pair();
export const other = pair();

/** A PEM text as a YAML block at this indentation. */
export function indented(pem: string, spaces: number): string {
  return pem.replace(/^/gm, ' '.repeat(spaces));
}
