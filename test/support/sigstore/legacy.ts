import { type RecordOptions, signEnvelope } from './bundle.ts';
import { dsse, hashedRekord } from './log-requests.ts';
import { canonicalize } from './rekor-v1.ts';
import type { SigstoreDouble } from './server.ts';
import { logToV1, type RekorV1Entry, timestamp } from './services.ts';
import { type Signer, signatureBy } from './signer.ts';

/** A layer of a `.sig` or `.att` manifest; tests change it. */
export interface LegacyLayer {
  blob: Buffer;
  mediaType: string;
  annotations: Record<string, string>;
}

/** The simple-signing payload of cosign 1 and 2. */
export function simpleSigning(
  reference: string,
  digest: string,
  annotations?: Readonly<Record<string, string>>,
): object {
  return {
    critical: {
      identity: { 'docker-reference': reference },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: annotations ?? null,
  };
}

/** Signs a payload and records it, always in Rekor v1. */
export async function makeSignatureLayer(
  { url }: SigstoreDouble,
  signer: Signer,
  payload: object,
  { recorded, timestamped }: RecordOptions,
): Promise<LegacyLayer> {
  const blob = Buffer.from(payload instanceof Uint8Array ? payload : JSON.stringify(payload));
  const signature = signatureBy(signer, blob);
  const entry =
    recorded === 'none' ? undefined : await logToV1(url, hashedRekord(blob, signature, signer));
  const stamp = timestamped && (await stampAnnotation(url, signature));
  return {
    blob,
    mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    annotations: {
      'dev.cosignproject.cosign/signature': signature.toString('base64'),
      ...certificateAndEntry(signer, entry),
      ...stamp,
    },
  };
}

/** Signs a statement and records it, always in Rekor v1. */
export async function makeAttestationLayer(
  { url }: SigstoreDouble,
  signer: Signer,
  statement: object,
  predicateType: string,
  { recorded, timestamped }: RecordOptions,
  entryFor: (envelope: string, signer: Signer) => object = dsse,
): Promise<LegacyLayer> {
  const text = JSON.stringify(signEnvelope(signer, statement).envelope);
  const entry = recorded === 'none' ? undefined : await logToV1(url, entryFor(text, signer));
  return {
    blob: Buffer.from(text),
    mediaType: 'application/vnd.dsse.envelope.v1+json',
    annotations: {
      'dev.cosignproject.cosign/signature': '',
      predicateType,
      ...certificateAndEntry(signer, entry),
      // The whole envelope is stamped, where of an image it is the signature.
      ...(timestamped && (await stampAnnotation(url, Buffer.from(text)))),
    },
  };
}

/** Says when something was there: of a signature, or of what else is stamped. */
export async function stampAnnotation(
  url: string,
  stamped: Uint8Array,
): Promise<Record<string, string>> {
  const stamp = await timestamp(url, stamped);
  return {
    'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
      SignedRFC3161Timestamp: stamp.toString('base64'),
    }),
  };
}

function certificateAndEntry(
  signer: Signer,
  entry: RekorV1Entry | undefined,
): Record<string, string> {
  const { verification, ...payload } = entry ?? { verification: undefined };
  return {
    ...(signer.certified && {
      'dev.sigstore.cosign/certificate': signer.pem,
      'dev.sigstore.cosign/chain': '',
    }),
    ...(verification !== undefined && {
      'dev.sigstore.cosign/bundle': canonicalize({
        SignedEntryTimestamp: verification.signedEntryTimestamp,
        Payload: payload,
      }),
    }),
  };
}
