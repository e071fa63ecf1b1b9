import { createHash } from 'node:crypto';
import type { Bundle, TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { Digest } from '../../domain/digest.ts';
import { predicateTypeOf } from './statement.ts';

/** What was signed: a DSSE envelope, or bytes as they are (cosign's simple signing). */
export type Content =
  | {
      readonly kind: 'envelope';
      readonly payloadType: string;
      readonly payload: Buffer;
      /** Its bytes, where it came as JSON of its own (`.att`). */
      readonly raw?: Buffer;
      /** Its payload has its name in another case: `verify-attestation` of cosign then gives up. */
      readonly lacksPayloadName?: boolean;
    }
  | { readonly kind: 'payload'; readonly payload: Buffer }
  /** A bundle over a file's digest: never an image signature (cosign: "does not contain a DSSE envelope"). */
  | { readonly kind: 'message-digest' };

/**
 * One candidate signature, whatever format it came in. Everything in it is the signer's or the
 * registry's claim until {@link verifySigned} has proven it.
 */
export interface Signed {
  readonly format: 'bundle' | 'legacy';
  readonly manifest: Digest;
  readonly content: Content;
  /** Of the statement that is signed; undefined where there is none that can be read. */
  readonly predicateType: string | undefined;
  readonly signature: Buffer;
  /** Its base64 as it was written, where a log entry has to have it in the same spelling. */
  readonly spelling?: string;
  /** DER. */
  readonly certificate?: Buffer;
  /** A bundle's hint at its key: compared with the wanted key, never used to find one. */
  readonly keyHint?: string;
  readonly logEntries: readonly TransparencyLogEntry[];
  /** DER of RFC 3161 responses. */
  readonly timestamps: readonly Buffer[];
  /** It came from a page of referrers that `cosign` does not read. */
  readonly laterPage: boolean;
}

export function signedFromBundle(bundle: Bundle, manifest: Digest, laterPage: boolean): Signed {
  const material = bundle.verificationMaterial;
  const holder = material?.content;
  const { content, signature } = contentOf(bundle);
  return {
    format: 'bundle',
    manifest,
    content,
    signature,
    predicateType: predicateTypeOf(content),
    ...(holder?.$case === 'certificate' && { certificate: holder.certificate.rawBytes }),
    ...(holder?.$case === 'publicKey' && { keyHint: holder.publicKey.hint }),
    logEntries: material?.tlogEntries ?? [],
    timestamps: (material?.timestampVerificationData?.rfc3161Timestamps ?? []).map(
      (timestamp) => timestamp.signedTimestamp,
    ),
    laterPage,
  };
}

function contentOf({ content }: Bundle): Pick<Signed, 'content' | 'signature'> {
  if (content?.$case !== 'dsseEnvelope') {
    return { content: { kind: 'message-digest' }, signature: Buffer.alloc(0) };
  }
  const { payloadType, payload, signatures } = content.dsseEnvelope;
  // A DSSE envelope in a bundle has exactly one signature; an empty one verifies nothing.
  const signature = signatures.length === 1 ? signatures[0]?.sig : undefined;
  return {
    content: { kind: 'envelope', payloadType, payload },
    signature: signature ?? Buffer.alloc(0),
  };
}

/** DSSE v1 pre-authentication encoding: what an envelope's signature is over. */
export function signedBytes(content: Content): Buffer {
  switch (content.kind) {
    case 'message-digest':
      return Buffer.alloc(0);
    case 'payload':
      return content.payload;
    case 'envelope': {
      const type = Buffer.from(content.payloadType, 'utf8');
      const head = `DSSEv1 ${type.length} ${content.payloadType} ${content.payload.length} `;
      return Buffer.concat([Buffer.from(head, 'utf8'), content.payload]);
    }
  }
}

export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
