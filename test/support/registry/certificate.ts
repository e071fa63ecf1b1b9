import { der } from '../sigstore/der.ts';
import { certificate, extensions, generateP256, nameOf, pemOf, spkiOf } from '../sigstore/x509.ts';

const DAY = 86_400_000;

/** A TLS certificate that vouches for itself, for 127.0.0.1 or for some other name. */
export function selfSigned(options: { readonly dnsName?: string; readonly notAfter?: Date } = {}): {
  key: string;
  cert: string;
} {
  const { privateKey, publicKey } = generateP256();
  const name = nameOf('registry double');
  const now = Date.now();
  const subjectName =
    options.dnsName === undefined
      ? der(0x87, Buffer.from([127, 0, 0, 1]))
      : der(0x82, Buffer.from(options.dnsName));
  const template = {
    issuer: name,
    subject: name,
    notBefore: new Date(now - 2 * DAY),
    notAfter: options.notAfter ?? new Date(now + DAY),
    spki: spkiOf(publicKey),
    extensions: [extensions.subjectAltName(subjectName)],
  };
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pemOf('CERTIFICATE', certificate(template, privateKey)),
  };
}
