import type {
  Denied,
  FoundBlob,
  FoundDigest,
  FoundManifest,
  Missing,
  ReferrerListing,
  Registry,
  RegistryFailure,
  RepositoryRef,
  TagListing,
} from '../../application/ports.ts';
import { algorithmOf, type Digest, digestOf, isDigest } from '../../domain/digest.ts';
import type { Answer, Ask } from './document.ts';
import type { Evidence } from './folder.ts';

/** The registry of the evidence: answers what was answered then, and nothing else. */
export function replayedRegistry(evidence: Evidence): Registry {
  return new ReplayedRegistry(evidence);
}

class ReplayedRegistry implements Registry {
  readonly #evidence: Evidence;
  /** What was answered to the same question, first to last. */
  readonly #answers = new Map<string, Answer[]>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    for (const { ask, answer } of evidence.document.answers) {
      const key = keyOf(ask);
      this.#answers.set(key, [...(this.#answers.get(key) ?? []), answer]);
    }
  }

  async headManifest(
    repository: RepositoryRef,
    reference: string,
  ): Promise<FoundDigest | Missing | Denied> {
    const answer = this.#answerTo(repository, { of: 'head', reference });
    if (answer.kind === 'head') return { ...answer, kind: 'found' };
    return refusalIn(answer);
  }

  async getManifest(
    repository: RepositoryRef,
    reference: string,
  ): Promise<FoundManifest | Missing | Denied> {
    const answer = this.#answerTo(repository, { of: 'manifest', reference });
    if (answer.kind !== 'bytes') return refusalIn(answer);
    const { bytes, digest } = this.#bytesOf(answer.file, reference);
    return { kind: 'found', digest, mediaType: answer.mediaType ?? '', bytes };
  }

  async getBlob(
    repository: RepositoryRef,
    digest: Digest,
    limit: number,
  ): Promise<FoundBlob | Missing | Denied> {
    const answer = this.#answerTo(repository, { of: 'blob', reference: digest });
    if (answer.kind !== 'bytes') return refusalIn(answer);
    const { bytes } = this.#bytesOf(answer.file, digest);
    if (bytes.length > limit) throw failure(`${digest} has more than ${limit} bytes`, 'too-large');
    return { kind: 'found', bytes };
  }

  async listReferrers(
    repository: RepositoryRef,
    digest: Digest,
  ): Promise<ReferrerListing | Denied> {
    const answer = this.#answerTo(repository, { of: 'referrers', reference: digest });
    if (answer.kind === 'listing') return answer.listing;
    const refused = refusalIn(answer);
    if (refused.kind === 'denied') return refused;
    throw notThere('a list of referrers');
  }

  async listTags(): Promise<TagListing> {
    throw notThere('a list of tags');
  }

  #answerTo({ registry, repository }: RepositoryRef, ask: Ask): Answer {
    const recorded = this.#evidence.document.repository;
    const key = keyOf(ask);
    const answers = this.#answers.get(key) ?? [];
    const [first, ...later] = answers;
    const elsewhere = registry !== recorded.registry || repository !== recorded.repository;
    if (first === undefined || elsewhere) throw notThere(key);
    if (later.length > 0) this.#answers.set(key, later);
    return first;
  }

  /** Once more, whatever was recorded: the bytes of a digest hash to it. */
  #bytesOf(file: string, reference: string): { bytes: Uint8Array; digest: Digest } {
    const bytes = this.#evidence.files.get(file);
    if (bytes === undefined) throw notThere(`file ${file}`);
    const digest = isDigest(reference) ? digestOf(bytes, algorithmOf(reference)) : digestOf(bytes);
    if (isDigest(reference) && digest !== reference) {
      throw failure(`${reference} is kept as bytes of ${digest}`, 'digest-mismatch');
    }
    return { bytes, digest };
  }
}

function keyOf({ of, reference }: Ask): string {
  return `${of} ${reference}`;
}

function refusalIn(answer: Answer): Missing | Denied {
  if (answer.kind === 'no') return answer.answer;
  if (answer.kind === 'failure') throw failure(answer.message, answer.reason, answer.temporary);
  throw notThere(`another answer than ${answer.kind}`);
}

/** Fails as a registry that cannot say: what was not recorded must never read as "there is none". */
function notThere(what: string): RegistryFailure {
  return failure(`the evidence has no answer for ${what}`, 'protocol');
}

function failure(
  message: string,
  reason: RegistryFailure['reason'],
  temporary = false,
): RegistryFailure {
  return Object.assign(new Error(message), { reason, temporary });
}
