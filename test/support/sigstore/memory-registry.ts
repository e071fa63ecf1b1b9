import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Denied,
  FoundBlob,
  FoundDigest,
  FoundManifest,
  Missing,
  ReferrerDescriptor,
  ReferrerListing,
  Registry,
  RepositoryRef,
  TagListing,
} from '../../../lambda/application/ports.ts';
import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import type { Sink } from './bench.ts';
import type { Descriptor } from './pusher.ts';

/** What a test makes the registry answer instead, by `manifest <reference>`, `blob <digest>` or `referrers <digest>`. */
export type Override = () => unknown;

/**
 * The registry port over maps: for tests about what is done with a registry's content, faster and
 * easier to spoil than a registry over HTTP.
 */
export class MemoryRegistry implements Registry, Sink {
  readonly manifests = new Map<string, Uint8Array>();
  readonly blobs = new Map<string, Uint8Array>();
  readonly tags = new Map<string, Digest>();
  /** By subject; annotations and artifact types are left out, as on a fallback tag. */
  readonly referrers = new Map<string, Digest[]>();
  readonly overrides = new Map<string, Override>();
  readonly asked: string[] = [];

  /** A captured repository, exactly as cosign left it. */
  static load(folder: string): MemoryRegistry {
    const registry = new MemoryRegistry();
    for (const name of readdirSync(join(folder, 'blobs'))) {
      const bytes = readFileSync(join(folder, 'blobs', name));
      if (name.endsWith('.manifest.json')) registry.putManifest(bytes);
      else registry.putBlob(bytes);
    }
    const index: { tags: Record<string, Digest> } = JSON.parse(
      readFileSync(join(folder, 'index.json'), 'utf8'),
    );
    for (const [tag, digest] of Object.entries(index.tags)) registry.tags.set(tag, digest);
    return registry;
  }

  putManifest(manifest: Uint8Array | object, tag?: string): Digest {
    const bytes = manifest instanceof Uint8Array ? manifest : Buffer.from(JSON.stringify(manifest));
    const digest = digestOf(bytes);
    this.manifests.set(digest, bytes);
    if (tag !== undefined) this.tags.set(tag, digest);
    const subject: Digest | undefined = JSON.parse(Buffer.from(bytes).toString()).subject?.digest;
    const siblings = this.referrers.get(subject ?? '') ?? [];
    if (subject !== undefined && !siblings.includes(digest)) {
      this.referrers.set(subject, [...siblings, digest]);
    }
    return digest;
  }

  putBlob(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  /** As a {@link Sink}. */
  async blob(bytes: Uint8Array, mediaType: string): Promise<Descriptor> {
    return { mediaType, digest: this.putBlob(bytes), size: bytes.length };
  }

  /** As a {@link Sink}. */
  async manifest(manifest: object, mediaType: string, tag?: string): Promise<Descriptor> {
    const size = Buffer.from(JSON.stringify(manifest)).length;
    return { mediaType, digest: this.putManifest(manifest, tag), size };
  }

  async headManifest(
    repository: RepositoryRef,
    reference: string,
  ): Promise<FoundDigest | Missing | Denied> {
    const found = await this.getManifest(repository, reference);
    return found.kind === 'found' ? { kind: 'found', digest: found.digest } : found;
  }

  async getManifest(
    _: RepositoryRef,
    reference: string,
  ): Promise<FoundManifest | Missing | Denied> {
    this.asked.push(`manifest ${reference}`);
    const override = this.overrides.get(`manifest ${reference}`);
    if (override !== undefined) return override() as FoundManifest;
    const digest = this.tags.get(reference) ?? (reference as Digest);
    const bytes = this.manifests.get(digest);
    if (bytes === undefined) return missing('MANIFEST_UNKNOWN');
    return { kind: 'found', digest, mediaType: mediaTypeOf(bytes), bytes };
  }

  async getBlob(_: RepositoryRef, digest: Digest): Promise<FoundBlob | Missing | Denied> {
    this.asked.push(`blob ${digest}`);
    const override = this.overrides.get(`blob ${digest}`);
    if (override !== undefined) return override() as FoundBlob;
    const bytes = this.blobs.get(digest);
    return bytes === undefined ? missing('BLOB_UNKNOWN') : { kind: 'found', bytes };
  }

  async listTags(): Promise<TagListing> {
    return { kind: 'found', tags: [...this.tags.keys()], complete: true };
  }

  async listReferrers(_: RepositoryRef, digest: Digest): Promise<ReferrerListing | Denied> {
    this.asked.push(`referrers ${digest}`);
    const override = this.overrides.get(`referrers ${digest}`);
    if (override !== undefined) return override() as ReferrerListing;
    const referrers = (this.referrers.get(digest) ?? []).map(descriptor);
    return { kind: 'found', via: 'api', referrers, complete: true, firstPage: referrers.length };
  }
}

/** As the document says, since nobody else does here. */
function mediaTypeOf(bytes: Uint8Array): string {
  const parsed = /"mediaType":"([^"]*)"[^[]*"(?:manifests|config|layers)"/.exec(
    Buffer.from(bytes).toString(),
  );
  return parsed?.[1] ?? '';
}

function descriptor(digest: Digest): ReferrerDescriptor {
  return { digest, mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 0 };
}

function missing(code: string): Missing {
  return { kind: 'missing', oci: true, code, detail: '' };
}
