import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../../lambda/domain/digest.ts';
import type { Headers } from './exchange.ts';
import { encode } from './push.ts';
import type { RegistryDouble } from './server.ts';
import { parse, type Repository } from './store.ts';

interface CapturedIndex {
  readonly tags: Readonly<Record<string, Digest>>;
  readonly referrers: Readonly<
    Record<string, { status: number; headers: Readonly<Record<string, string>>; body: unknown }>
  >;
}

/**
 * Serves a captured repository as it was: `index.json` (tags, answers of the referrers API) and
 * `blobs/<hex>.manifest.json | .json | .bin`, the exact bytes.
 */
export function loadCaptured(registry: RegistryDouble, repository: string, folder: string): void {
  const into = registry.store.repository(repository);
  for (const name of readdirSync(join(folder, 'blobs'))) {
    const bytes = readFileSync(join(folder, 'blobs', name));
    if (name.endsWith('.manifest.json')) into.putManifest(bytes, mediaTypeOf(bytes));
    else into.putBlob(bytes);
  }
  const index: CapturedIndex = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  for (const [tag, digest] of Object.entries(index.tags)) into.tags.set(tag, digest);
  loadReferrers(into, index.referrers);
}

function loadReferrers(into: Repository, referrers: CapturedIndex['referrers']): void {
  for (const [subject, { status, headers, body }] of Object.entries(referrers)) {
    into.capturedReferrers.set(subject, { status, headers: lower(headers), body: encode(body) });
  }
}

function lower(headers: Readonly<Record<string, string>>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v]));
}

function mediaTypeOf(bytes: Uint8Array): string {
  const mediaType = parse(bytes)?.mediaType;
  return typeof mediaType === 'string' ? mediaType : 'application/vnd.oci.image.manifest.v1+json';
}
