import { z } from 'zod';
import type {
  Denied,
  Missing,
  ReferrerListing,
  RegistryFailure,
  RepositoryRef,
  WantedType,
} from '../../application/ports.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { Policy, PolicyHash, TrustRootName } from '../../domain/policy.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Verification } from '../../domain/verdict.ts';

/** What was asked of the verifier. */
export type Question =
  | { readonly kind: 'signature' }
  | { readonly kind: 'attestation'; readonly wanted: WantedType };

/** What one verdict was reached about, and with. */
export interface Case {
  /** As it was asked for, in canonical form. */
  readonly reference: string;
  readonly repository: RepositoryRef;
  readonly digest: Digest;
  readonly question: Question;
  /** With its public keys. */
  readonly policy: Policy;
  readonly policyHash: PolicyHash;
  readonly trustRoot: { readonly name: TrustRootName; readonly bytes?: Uint8Array };
  /** By which everything was judged. */
  readonly at: Timestamp;
  /** Versions of this program, and of its rules with the library under them. */
  readonly tool: string;
  readonly verification: Verification;
}

/** Lowercase hex SHA-256 of bytes that are a file of the evidence. */
export type FileId = string;

/** One question to the registry; the verifier asks no others. */
export type Ask =
  | { readonly of: 'manifest' | 'head'; readonly reference: string }
  | { readonly of: 'blob'; readonly reference: Digest }
  | { readonly of: 'referrers'; readonly reference: Digest }
  | { readonly of: 'tags'; readonly reference: '' };

export type Answer =
  | { readonly kind: 'bytes'; readonly file: FileId; readonly mediaType?: string }
  | { readonly kind: 'head'; readonly digest?: Digest; readonly mediaType?: string }
  | { readonly kind: 'listing'; readonly listing: ReferrerListing }
  | { readonly kind: 'no'; readonly answer: Missing | Denied }
  | {
      readonly kind: 'failure';
      readonly message: string;
      readonly reason: RegistryFailure['reason'];
      readonly temporary: boolean;
    };

export interface Recorded {
  readonly ask: Ask;
  readonly answer: Answer;
}

/** One HTTP answer as it came; a record for people, the verdict rests on `answers`. */
export interface RecordedExchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly file?: FileId;
}

/** `evidence.json`: everything but bytes, and the hash of every file that holds some. */
export interface EvidenceDocument extends Omit<Case, 'trustRoot'> {
  readonly v: 1;
  readonly trustRoot: { readonly name: TrustRootName; readonly file?: FileId };
  readonly answers: readonly Recorded[];
  readonly exchanges: readonly RecordedExchange[];
  /** Bytes of each file below `bytes/`. */
  readonly files: Readonly<Record<FileId, number>>;
}

const text = z.string();
const fileId = z.string().regex(/^[0-9a-f]{64}$/);
const digest = z.custom<Digest>(isDigest, 'expected a digest');
const no = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('missing'), oci: z.boolean(), code: text, detail: text }),
  z.object({ kind: z.literal('denied'), status: z.int(), code: text, detail: text }),
]);
const referrer = z.object({
  digest,
  mediaType: text,
  size: z.int(),
  artifactType: text.optional(),
  annotations: z.record(text, text).optional(),
});
const listing = z.object({
  kind: z.literal('found'),
  via: z.enum(['api', 'tag', 'none']),
  referrers: z.array(referrer),
  complete: z.boolean(),
  problem: text.optional(),
  tooMany: z.literal(true).optional(),
  firstPage: z.int(),
});
const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bytes'), file: fileId, mediaType: text.optional() }),
  z.object({ kind: z.literal('head'), digest: digest.optional(), mediaType: text.optional() }),
  z.object({ kind: z.literal('listing'), listing }),
  z.object({ kind: z.literal('no'), answer: no }),
  z.object({ kind: z.literal('failure'), message: text, reason: text, temporary: z.boolean() }),
]);

/** Whoever knows the hash of the document trusts who made it: this finds other versions, not attacks. */
export const evidenceSchema = z.object({
  v: z.literal(1),
  reference: text,
  repository: z.object({ registry: text, repository: text }),
  digest,
  question: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('signature') }),
    z.object({
      kind: z.literal('attestation'),
      wanted: z.object({ name: text, predicateType: text }),
    }),
  ]),
  policy: z.looseObject({ v: z.literal(1), signedBy: z.array(z.unknown()) }),
  policyHash: text,
  trustRoot: z.object({ name: text, file: fileId.optional() }),
  at: z.iso.datetime(),
  tool: text,
  verification: z.looseObject({ verdict: text, verifier: text }),
  answers: z.array(z.object({ ask: z.object({ of: text, reference: text }), answer })),
  exchanges: z.array(
    z.object({
      method: text,
      url: text,
      status: z.int(),
      headers: z.record(text, text),
      file: fileId.optional(),
    }),
  ),
  files: z.record(fileId, z.int().nonnegative()),
});
