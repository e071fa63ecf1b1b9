import { constants, type KeyObject, privateEncrypt } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { AwsCall } from '../support/aws-json/index.ts';
import { KmsDouble } from '../support/kms/index.ts';
import {
  certificate,
  extensions,
  generateP256,
  nameOf,
  pemOf,
  spkiOf,
} from '../support/sigstore/x509.ts';

/** A key of the double: which algorithm KMS would name first for its type. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly algorithm: string;
}

/** KMS with keys that it signs with, as cosign and as Tagwarden reach it. */
export class SigningKms {
  readonly #kms: KmsDouble;
  readonly #tlsPort: number;
  readonly #close: () => void;

  private constructor(kms: KmsDouble, tlsPort: number, close: () => void) {
    this.#kms = kms;
    this.#tlsPort = tlsPort;
    this.#close = close;
  }

  static async start(keys: Readonly<Record<string, SigningKey>>): Promise<SigningKms> {
    const keyOf = ({ input }: AwsCall) => keys[String(input.KeyId)] as SigningKey;
    const kms = await KmsDouble.start({
      'TrentService.DescribeKey': (call) => ({
        KeyMetadata: { KeyId: call.input.KeyId, SigningAlgorithms: [keyOf(call).algorithm] },
      }),
      'TrentService.Sign': (call) => ({
        Signature: signDigest(keyOf(call), Buffer.from(String(call.input.Message), 'base64')),
      }),
    });
    for (const [name, { publicKey, algorithm }] of Object.entries(keys)) {
      kms.keys.set(name, { publicKey: spkiOf(publicKey), algorithms: [algorithm] });
    }
    const front = createServer(selfSigned(), (socket) => {
      const back = connect(Number(kms.host.split(':')[1]), '127.0.0.1');
      pipeline(socket, back, socket, () => {});
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as AddressInfo;
    return new SigningKms(kms, port, () => front.close());
  }

  /** cosign asks every endpoint by TLS. */
  forCosign(key: string): string {
    return `awskms://127.0.0.1:${this.#tlsPort}/${key}`;
  }

  forTagwarden(key: string): string {
    return this.#kms.uri(key);
  }

  close(): Promise<void> {
    this.#close();
    return this.#kms.close();
  }
}

const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521 };
/** DigestInfo of SHA-256 (RFC 8017, section 9.2, note 1). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** KMS gets the digest alone, which Node cannot sign. */
function signDigest({ privateKey: key }: SigningKey, digest: Uint8Array): string {
  if (key.asymmetricKeyType === 'rsa') {
    const info = Buffer.concat([DIGEST_INFO, digest]);
    const padded = { key, padding: constants.RSA_PKCS1_PADDING };
    return privateEncrypt(padded, info).toString('base64');
  }
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve as keyof typeof CURVES];
  const secret = Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url');
  const signature = curve.sign(digest, secret, { prehash: false, format: 'der' });
  return Buffer.from(signature).toString('base64');
}

function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateP256();
  const name = nameOf('kms');
  const now = Date.now();
  const template = {
    issuer: name,
    subject: name,
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 86_400_000),
    spki: spkiOf(publicKey),
    extensions: [extensions.leaf()],
  };
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pemOf('CERTIFICATE', certificate(template, privateKey)),
  };
}
