import type { Digest } from '../../domain/digest.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from './json.ts';
import {
  MAX_STATEMENT_VALUES,
  MAX_SUBJECT_DIGESTS,
  MAX_SUBJECT_VALUES,
  MAX_SUBJECTS,
} from './limits.ts';
import { bytes, list, map, message, normalize, struct, text } from './proto-json.ts';
import { Refusal } from './refusal.ts';
import type { Content } from './signed.ts';

export const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1';
const IN_TOTO = 'application/vnd.in-toto+json';

/** in_toto_attestation.v1.Statement. */
const STATEMENT = message({
  _type: text,
  subject: list(
    message({
      name: text,
      uri: text,
      digest: map(text, MAX_SUBJECT_DIGESTS),
      content: bytes,
      downloadLocation: text,
      mediaType: text,
      annotations: struct,
    }),
    MAX_SUBJECTS,
  ),
  predicateType: text,
  predicate: struct,
});

/** A hundred thousand subjects are refused before anybody makes objects of them. */
const BOUNDS = {
  maxValues: MAX_STATEMENT_VALUES,
  maxValuesOf: { subject: MAX_SUBJECT_VALUES },
};

export interface Statement {
  readonly predicateType: string;
  /** The whole of it, for conditions on it. */
  readonly json: Json;
  readonly predicate: Json | undefined;
  readonly subjects: readonly JsonObject[];
}

/**
 * The statement of an envelope, from exactly the bytes that are signed.
 *
 * G8: the library looks neither at payload type nor at subjects, so that any envelope by the right
 * signer, about anything, would do.
 *
 * @throws {Refusal}
 */
export function readStatement(content: Content): Statement {
  if (content.kind !== 'envelope') throw new Refusal('it is not a DSSE envelope');
  if (content.payloadType !== IN_TOTO) {
    const found = JSON.stringify(content.payloadType.slice(0, 120));
    throw new Refusal(`payload type is ${found}, expected ${IN_TOTO}`);
  }
  requireNotRefused(content);
  try {
    return read(content.payload);
  } catch (thrown) {
    if (thrown instanceof Refusal) REFUSED.set(content, thrown);
    throw thrown;
  }
}

/**
 * Whether its statement was refused when its type was looked for. To prove the signature over it
 * first would be work for nothing.
 *
 * @throws {Refusal}
 */
export function requireNotRefused(content: Content): void {
  const known = REFUSED.get(content);
  if (known !== undefined) throw known;
}

/** A statement is read to find its type, and again to judge it: what is refused, only once. */
const REFUSED = new WeakMap<Content, Refusal>();

/** @throws {Refusal} */
function read(payload: Uint8Array): Statement {
  const json = readJson(payload, 'statement', BOUNDS);
  const statement = normalize(json, STATEMENT, 'statement');
  if (!isJsonObject(statement)) throw new Refusal('statement is not an object');
  const { predicateType, predicate, subject } = statement;
  return {
    predicateType: typeof predicateType === 'string' ? predicateType : '',
    json,
    predicate,
    subjects: Array.isArray(subject) ? subject.filter(isJsonObject) : [],
  };
}

/** The statement's type, for reporting and for choosing: undefined when it cannot be read. */
export function predicateTypeOf(content: Content): string | undefined {
  try {
    return readStatement(content).predicateType;
  } catch {
    return undefined;
  }
}

/**
 * The statement must be about this digest, letter by letter (a bundle of another image, or an
 * upper-case digest, is about something else), and its subject must carry the wanted annotations.
 *
 * @throws {Refusal}
 */
export function requireSubject(
  { subjects }: Statement,
  digest: Digest,
  annotations: Readonly<Record<string, string>>,
): void {
  const [algorithm = '', hex] = digest.split(':');
  subjects.forEach(requireHexDigests);
  const subject = subjects.find((candidate) => {
    const digests = candidate.digest;
    return isJsonObject(digests) && Object.hasOwn(digests, algorithm) && digests[algorithm] === hex;
  });
  if (subject === undefined) {
    throw new Refusal(`it is about ${describe(subjects, algorithm)}, expected ${digest}`);
  }
  requireAnnotations(subject.annotations, annotations);
}

/** cosign decodes every digest of every subject, whatever its algorithm. @throws {Refusal} */
function requireHexDigests({ digest }: JsonObject): void {
  for (const [name, value] of Object.entries(isJsonObject(digest) ? digest : {})) {
    if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(value)) {
      throw new Refusal(`the digest ${JSON.stringify(name.slice(0, 40))} of a subject is not hex`);
    }
  }
}

/** @throws {Refusal} unless each wanted annotation is there with exactly this text. */
export function requireAnnotations(
  found: Json | undefined,
  wanted: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(wanted)) {
    const seen = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    if (seen !== value) {
      const shown = seen === undefined ? 'missing' : JSON.stringify(seen).slice(0, 120);
      throw new Refusal(`annotation ${name} is ${shown}, expected ${JSON.stringify(value)}`);
    }
  }
}

function describe(subjects: readonly JsonObject[], algorithm: string): string {
  const [first, ...more] = subjects;
  if (first === undefined) return 'nothing';
  const digest = isJsonObject(first.digest) ? first.digest[algorithm] : undefined;
  const name =
    typeof digest === 'string' ? `${algorithm}:${digest.slice(0, 128)}` : 'no such digest';
  return more.length === 0 ? name : `${name} and ${more.length} more`;
}
