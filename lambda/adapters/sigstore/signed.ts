import { createHash } from 'node:crypto';
import type { Bundle, MessageSignature, TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { Digest } from '../../domain/digest.ts';
import type { Artifact } from './artifact.ts';
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
  /** A bundle over a file: never an image signature (cosign: "does not contain a DSSE envelope"). */
  | { readonly kind: 'message'; readonly message: MessageSignature | undefined }
  /** The file that such a bundle shall be over. */
  | { readonly kind: 'artifact'; readonly artifact: Artifact };

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
  /** What they are over. @default - the signature */
  readonly stamped?: Buffer;
  /** It came from a page of referrers that `cosign` does not read. */
  readonly laterPage: boolean;
  /** It is about a file: of images cosign accepts less. */
  readonly ofFile?: boolean;
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
    ...certificateOf(holder),
    ...(holder?.$case === 'publicKey' && { keyHint: holder.publicKey.hint }),
    logEntries: material?.tlogEntries ?? [],
    timestamps: (material?.timestampVerificationData?.rfc3161Timestamps ?? []).map(
      (timestamp) => timestamp.signedTimestamp,
    ),
    laterPage,
  };
}

/** Of a chain, which older bundles have, only the first: authorities come from the trusted root. */
function certificateOf(
  holder: NonNullable<Bundle['verificationMaterial']>['content'],
): Pick<Signed, 'certificate'> {
  if (holder?.$case === 'certificate') return { certificate: holder.certificate.rawBytes };
  if (holder?.$case !== 'x509CertificateChain') return {};
  const [leaf] = holder.x509CertificateChain.certificates;
  return leaf === undefined ? {} : { certificate: leaf.rawBytes };
}

function contentOf({ content }: Bundle): Pick<Signed, 'content' | 'signature'> {
  if (content?.$case !== 'dsseEnvelope') {
    const message = content?.$case === 'messageSignature' ? content.messageSignature : undefined;
    // Without the file there is nothing that it signs: an empty signature verifies nothing.
    return { content: { kind: 'message', message }, signature: Buffer.alloc(0) };
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
    case 'message':
      return Buffer.alloc(0);
    case 'artifact':
      return content.artifact.bytes ?? Buffer.alloc(0);
    case 'payload':
      return content.payload;
    case 'envelope': {
      const type = Buffer.from(content.payloadType, 'utf8');
      const head = `DSSEv1 ${type.length} ${content.payloadType} ${content.payload.length} `;
      return Buffer.concat([Buffer.from(head, 'utf8'), content.payload]);
    }
  }
}

/** The digest of it; undefined of a file of which only another one is known. */
export function signedDigest(
  content: Content,
  hash: 'sha256' | 'sha384' | 'sha512',
): Buffer | undefined {
  if (content.kind === 'artifact') return content.artifact.digests[hash];
  return createHash(hash).update(signedBytes(content)).digest();
}

export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
