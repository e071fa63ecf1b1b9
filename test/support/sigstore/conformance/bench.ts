import { sign } from 'node:crypto';
import type { Unusual } from '../authority.ts';
import { IDENTITY, ISSUER } from '../bench.ts';
import { type RecordOptions, signEnvelope } from '../bundle.ts';
import {
  bundleEntry,
  dsse,
  hashedRekord,
  hashedRekordV2,
  type LogEntryJson,
} from '../log-requests.ts';
import { SigstoreDouble } from '../server.ts';
import { logToV1, logToV2, stampRequest } from '../services.ts';
import { certifiedSigner, keylessSigner, keySigner, type Signer } from '../signer.ts';
import { TimestampAuthority } from '../timestamp-authority.ts';
import { generateP256, sha256, spkiOf } from '../x509.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** A bundle over a file as JSON; vectors change it. */
export interface FileBundle {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    publicKey?: { hint: string };
    tlogEntries: LogEntryJson[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  messageSignature?: {
    messageDigest: { algorithm: string; digest: string };
    signature: string;
  };
  dsseEnvelope?: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

/** A trusted root as JSON. */
export interface RootJson {
  tlogs: { publicKey: { rawBytes: string; validFor: Validity }; baseUrl: string }[];
  certificateAuthorities: AuthorityJson[];
  ctlogs: { publicKey: { rawBytes: string } }[];
  timestampAuthorities: AuthorityJson[];
}
interface Validity {
  start?: string;
  end?: string;
}
export interface AuthorityJson {
  certChain: { certificates: { rawBytes: string }[] };
  validFor: Validity;
}

type How = Partial<RecordOptions> & {
  readonly signer?: Signer;
  /** Other than the file of the bench. */
  readonly file?: Buffer;
};

/** Makes bundles over files with a private Sigstore whose clock stands, some weeks ago. */
export class FileBench {
  readonly file = Buffer.from('the artifact of all vectors\n');
  readonly otherFile = Buffer.from('another artifact\n');
  readonly key = keySigner(generateP256().privateKey);
  readonly otherKey = keySigner(generateP256().privateKey);
  readonly sigstore: SigstoreDouble;
  readonly #clock: { now: number };

  private constructor(sigstore: SigstoreDouble, clock: { now: number }) {
    this.sigstore = sigstore;
    this.#clock = clock;
  }

  static async start(): Promise<FileBench> {
    const clock = { now: Date.now() - 40 * DAY };
    const sigstore = await SigstoreDouble.start({ now: () => new Date(clock.now) });
    return new FileBench(sigstore, clock);
  }

  close(): Promise<void> {
    return this.sigstore.close();
  }

  get now(): Date {
    return new Date(this.#clock.now);
  }

  /** Does something when so much time has passed, and goes back. */
  async later<T>(by: number, work: () => Promise<T> | T): Promise<T> {
    this.#clock.now += by;
    try {
      return await work();
    } finally {
      this.#clock.now -= by;
    }
  }

  someone(): Promise<Signer> {
    return keylessSigner(this.sigstore, { identity: IDENTITY, issuer: ISSUER });
  }

  /** A holder of a certificate that is not as usual. */
  unusual(unusual: Unusual): Signer {
    const keys = generateP256();
    const { authority } = this.sigstore.services;
    const spki = spkiOf(keys.publicKey);
    const leaf = authority.issue(spki, IDENTITY, { iss: ISSUER }, this.now, unusual);
    return certifiedSigner(keys.privateKey, leaf);
  }

  root(change: (root: RootJson) => void = () => undefined): Buffer {
    const root = JSON.parse(Buffer.from(this.sigstore.trustedRoot()).toString());
    change(root);
    return Buffer.from(JSON.stringify(root));
  }

  /** Over the bytes of a file. */
  async message(how: How = {}): Promise<FileBundle> {
    const { signer = await this.someone(), file = this.file, recorded = 'v1' } = how;
    const signature = sign('sha256', file, signer.privateKey);
    const digest = sha256(file).toString('base64');
    return {
      ...(await this.#recorded(signer, signature, how, async () =>
        recorded === 'v2'
          ? logToV2(this.sigstore.url, hashedRekordV2(file, signature, signer))
          : bundleEntry(await logToV1(this.sigstore.url, hashedRekord(file, signature, signer))),
      )),
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_256', digest },
        signature: signature.toString('base64'),
      },
    };
  }

  /** Over a statement about a file. */
  async attested(how: How & { readonly statement?: object } = {}): Promise<FileBundle> {
    const { signer = await this.someone(), recorded = 'v1' } = how;
    const statement = how.statement ?? this.statement(how.file);
    const { envelope, encoded, signature } = signEnvelope(signer, statement);
    return {
      ...(await this.#recorded(signer, signature, how, async () =>
        recorded === 'v2'
          ? logToV2(this.sigstore.url, hashedRekordV2(encoded, signature, signer))
          : bundleEntry(await logToV1(this.sigstore.url, dsse(JSON.stringify(envelope), signer))),
      )),
      dsseEnvelope: envelope,
    };
  }

  statement(file: Buffer = this.file): object {
    return {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'a.txt', digest: { sha256: sha256(file).toString('hex') } }],
      predicateType: 'https://example.com/predicate/v1',
      predicate: {},
    };
  }

  async #recorded(
    signer: Signer,
    signature: Buffer,
    { recorded = 'v1', timestamped = recorded === 'v2' && signer.certified }: How,
    entry: () => Promise<LogEntryJson>,
  ): Promise<FileBundle> {
    const rawBytes = signer.der.toString('base64');
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        ...(signer.certified
          ? { certificate: { rawBytes } }
          : { publicKey: { hint: sha256(signer.der).toString('base64') } }),
        tlogEntries: recorded === 'none' ? [] : [await entry()],
        ...(timestamped && {
          timestampVerificationData: { rfc3161Timestamps: [this.stamp(signature)] },
        }),
      },
    };
  }

  /** A timestamp over a signature. */
  stamp(
    signature: Uint8Array,
    authority = this.sigstore.services.timestamps,
    embed = true,
  ): { signedTimestamp: string } {
    const stamp = authority.stamp(stampRequest(signature), embed);
    return { signedTimestamp: stamp.toString('base64') };
  }

  /** Another time-stamping authority, whose certificates are of that time. */
  timestampAuthority(from: number, to: number): TimestampAuthority {
    const at = (offset: number) => new Date(this.#clock.now + offset);
    return new TimestampAuthority(at(from), at(to), () => this.now);
  }
}

export function signatureOf({ messageSignature, dsseEnvelope }: FileBundle): Buffer {
  const text = messageSignature?.signature ?? dsseEnvelope?.signatures[0]?.sig ?? '';
  return Buffer.from(text, 'base64');
}

export function entryOf({ verificationMaterial }: FileBundle): LogEntryJson {
  const [entry] = verificationMaterial.tlogEntries;
  if (entry === undefined) throw new Error('the bundle has no log entry');
  return entry;
}

/** Its last byte is another one. */
export function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64');
}
