import type { Digest } from '../../../lambda/domain/digest.ts';
import { bundleEntry, dsse, hashedRekordV2, type LogEntryJson } from './log-requests.ts';
import type { SigstoreDouble } from './server.ts';
import { logToV1, logToV2, timestamp } from './services.ts';
import { type Signer, signatureBy } from './signer.ts';
import { sha256 } from './x509.ts';

export const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1';
export const IN_TOTO = 'application/vnd.in-toto+json';

/** Where a signature is recorded; `none` records nothing. */
export type Recorded = 'v1' | 'v2' | 'none';

export interface RecordOptions {
  readonly recorded: Recorded;
  readonly timestamped: boolean;
}

/** A bundle v0.3 as JSON; tests change it. */
export interface BundleJson {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    publicKey?: { hint: string };
    tlogEntries: LogEntryJson[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  dsseEnvelope: EnvelopeJson;
}

export interface EnvelopeJson {
  payload: string;
  payloadType: string;
  signatures: { sig: string }[];
}

/** An in-toto statement about an image, as cosign writes it. */
export function statementAbout(
  digest: Digest,
  predicateType: string,
  predicate: unknown,
  annotations: Readonly<Record<string, string>> = {},
): object {
  const [algorithm = '', hex = ''] = digest.split(':');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { [algorithm]: hex }, annotations }],
    predicateType,
    predicate,
  };
}

/** Signs a statement (or any bytes, as any type) and records it. */
export async function makeBundle(
  { url }: SigstoreDouble,
  signer: Signer,
  statement: object,
  { recorded, timestamped }: RecordOptions,
  payloadType = IN_TOTO,
): Promise<BundleJson> {
  const { envelope, encoded, signature } = signEnvelope(signer, statement, payloadType);
  const entries = async () => {
    if (recorded === 'none') return [];
    if (recorded === 'v2') return [await logToV2(url, hashedRekordV2(encoded, signature, signer))];
    return [bundleEntry(await logToV1(url, dsse(JSON.stringify(envelope), signer)))];
  };
  const stamp = async () => ({
    signedTimestamp: (await timestamp(url, signature)).toString('base64'),
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      ...(signer.certified
        ? { certificate: { rawBytes: signer.der.toString('base64') } }
        : { publicKey: { hint: sha256(signer.der).toString('base64') } }),
      tlogEntries: await entries(),
      ...(timestamped && { timestampVerificationData: { rfc3161Timestamps: [await stamp()] } }),
    },
    dsseEnvelope: envelope,
  };
}

/** A DSSE envelope (v1) around a statement. */
export function signEnvelope(
  signer: Signer,
  statement: object,
  payloadType = IN_TOTO,
): { envelope: EnvelopeJson; encoded: Buffer; signature: Buffer } {
  const payload =
    statement instanceof Uint8Array ? statement : Buffer.from(JSON.stringify(statement));
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  const encoded = Buffer.concat([Buffer.from(head), payload]);
  const signature = signatureBy(signer, encoded);
  const envelope = {
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: [{ sig: signature.toString('base64') }],
  };
  return { envelope, encoded, signature };
}
