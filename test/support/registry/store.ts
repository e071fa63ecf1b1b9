import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import type { Answer } from './exchange.ts';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The contents of one repository. */
export class Repository {
  readonly blobs = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, Digest>();
  /** Answers of the referrers API that were captured elsewhere: served as they are. */
  readonly capturedReferrers = new Map<string, Answer>();
  /** Digests of manifests by the digest of their `subject`, in order of arrival. */
  readonly #referrers = new Map<string, Set<string>>();

  putBlob(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  putManifest(bytes: Uint8Array, mediaType: string, tag?: string): Digest {
    const digest = digestOf(bytes);
    this.manifests.set(digest, { digest, mediaType, bytes });
    const subject = subjectOf(bytes);
    if (subject !== undefined) {
      const referrers = this.#referrers.get(subject) ?? new Set();
      this.#referrers.set(subject, referrers.add(digest));
    }
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  manifest(reference: string): StoredManifest | undefined {
    return this.manifests.get(this.tags.get(reference) ?? reference);
  }

  /** A tag only, or a manifest with all its tags. */
  deleteManifest(reference: string): boolean {
    if (this.tags.delete(reference)) return true;
    if (!this.manifests.delete(reference)) return false;
    for (const [tag, digest] of this.tags) if (digest === reference) this.tags.delete(tag);
    for (const referrers of this.#referrers.values()) referrers.delete(reference);
    return true;
  }

  referrers(subject: string): StoredManifest[] {
    return [...(this.#referrers.get(subject) ?? [])].flatMap((d) => this.manifests.get(d) ?? []);
  }
}

/** All repositories, made when something is first put into them. */
export class Store {
  readonly #repositories = new Map<string, Repository>();

  find(name: string): Repository | undefined {
    return this.#repositories.get(name);
  }

  repository(name: string): Repository {
    const found = this.#repositories.get(name) ?? new Repository();
    this.#repositories.set(name, found);
    return found;
  }

  forget(name: string): void {
    this.#repositories.delete(name);
  }
}

export function subjectOf(bytes: Uint8Array): string | undefined {
  const subject = parse(bytes)?.subject as { digest?: unknown } | undefined;
  return typeof subject?.digest === 'string' ? subject.digest : undefined;
}

/** Undefined for what is not a JSON object. */
export function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
