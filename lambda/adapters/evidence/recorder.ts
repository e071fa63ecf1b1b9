import { createHash } from 'node:crypto';
import type {
  Denied,
  Exchange,
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
import type { Digest } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Answer, Ask, Case, FileId, Recorded } from './document.ts';
import { EvidenceError } from './errors.ts';
import type { Evidence } from './folder.ts';

/**
 * Keeps what a registry answers while one verdict is reached: the bytes, the refusals and the
 * failures, as the verifier gets them; and the HTTP answers they came in.
 */
export class Recorder {
  readonly #answers: Recorded[] = [];
  readonly #exchanges: Exchange[] = [];
  readonly #files = new Map<FileId, Uint8Array>();

  /** For the registry client. */
  readonly hear = (exchange: Exchange): void => {
    this.#exchanges.push(exchange);
  };

  /** The same registry, overheard. */
  of(registry: Registry): Registry {
    return new RecordingRegistry(registry, (ask, answer) => {
      this.#answers.push({ ask, answer: this.#answerOf(answer) });
    });
  }

  /**
   * Everything of the verdict that was reached.
   *
   * @throws {EvidenceError} `EVIDENCE_SECRET`: evidence is handed on
   */
  evidence({ trustRoot, ...about }: Case): Evidence {
    const leak = this.#exchanges.find((exchange) => exchange.repeatsCredential());
    if (leak !== undefined) {
      const why = 'its answer repeats a credential that it was sent';
      throw new EvidenceError('EVIDENCE_SECRET', `no evidence is kept of ${leak.url}: ${why}`);
    }
    const { name, bytes } = trustRoot;
    const root = { name, ...(bytes !== undefined && { file: this.#keep(bytes) }) };
    const exchanges = this.#exchanges.map(({ method, url, status, headers, body }) => {
      const read = body();
      return { method, url, status, headers, ...(read && { file: this.#keep(read) }) };
    });
    const sizes = [...this.#files].map(([id, file]) => [id, file.length] as const);
    const files = Object.fromEntries(sizes.sort());
    const document = { v: 1, ...about, trustRoot: root, answers: this.#answers, exchanges, files };
    return { document: { ...document, v: 1 }, files: this.#files };
  }

  #answerOf(answer: Said): Answer {
    if ('thrown' in answer) return failureOf(answer.thrown);
    const { said } = answer;
    if (said.kind !== 'found') return { kind: 'no', answer: said };
    if ('bytes' in said) {
      const file = this.#keep(said.bytes);
      return { kind: 'bytes', file, ...('mediaType' in said && { mediaType: said.mediaType }) };
    }
    if ('referrers' in said) return { kind: 'listing', listing: said };
    const { kind: _, ...head } = said;
    return { kind: 'head', ...head };
  }

  #keep(bytes: Uint8Array): FileId {
    const id = createHash('sha256').update(bytes).digest('hex');
    this.#files.set(id, bytes);
    return id;
  }
}

type Found = FoundManifest | FoundBlob | FoundDigest | ReferrerListing | Missing | Denied;
type Said = { readonly said: Found } | { readonly thrown: unknown };

/** What is no failure of the registry is our own bug: the verdict says so, and so does the evidence. */
function failureOf(thrown: unknown): Answer {
  const { reason = 'protocol', temporary = false } = (thrown ?? {}) as Partial<RegistryFailure>;
  return { kind: 'failure', message: messageOf(thrown), reason, temporary };
}

class RecordingRegistry implements Registry {
  readonly #registry: Registry;
  readonly #tell: (ask: Ask, answer: Said) => void;

  constructor(registry: Registry, tell: (ask: Ask, answer: Said) => void) {
    this.#registry = registry;
    this.#tell = tell;
  }

  headManifest(repository: RepositoryRef, reference: string, signal?: AbortSignal) {
    return this.#record({ of: 'head', reference }, () =>
      this.#registry.headManifest(repository, reference, signal),
    );
  }

  getManifest(repository: RepositoryRef, reference: string, signal?: AbortSignal) {
    return this.#record({ of: 'manifest', reference }, () =>
      this.#registry.getManifest(repository, reference, signal),
    );
  }

  getBlob(repository: RepositoryRef, digest: Digest, limit: number, signal?: AbortSignal) {
    return this.#record({ of: 'blob', reference: digest }, () =>
      this.#registry.getBlob(repository, digest, limit, signal),
    );
  }

  listReferrers(repository: RepositoryRef, digest: Digest, signal?: AbortSignal) {
    return this.#record({ of: 'referrers', reference: digest }, () =>
      this.#registry.listReferrers(repository, digest, signal),
    );
  }

  /** No verdict rests on it. */
  listTags(
    repository: RepositoryRef,
    signal?: AbortSignal,
  ): Promise<TagListing | Missing | Denied> {
    return this.#registry.listTags(repository, signal);
  }

  async #record<T extends Found>(ask: Ask, work: () => Promise<T>): Promise<T> {
    try {
      const said = await work();
      this.#tell(ask, { said });
      return said;
    } catch (thrown) {
      this.#tell(ask, { thrown });
      throw thrown;
    }
  }
}
