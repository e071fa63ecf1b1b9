import * as z from 'zod/mini';
import type { ReferrerDescriptor } from '../../application/ports.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { MANIFEST_LIMIT } from '../../domain/manifest.ts';
import { isTypedIndex } from '../../domain/oci-types.ts';
import { ownField, parseStrictJson } from '../../domain/strict-json.ts';

const text = z.string().check(z.maxLength(4096));

const descriptor = z.object({
  mediaType: text,
  digest: z.custom<Digest>(isDigest, 'expected a digest'),
  size: z.int().check(z.gte(0)),
  artifactType: z.optional(text),
  annotations: z.nullish(z.record(z.string(), z.string())),
});

const index = z.object({ manifests: z.nullable(z.array(z.unknown())) });

const LIMITS = { maxBytes: MANIFEST_LIMIT, maxDepth: 32, integersOnly: true };

/**
 * The descriptors of one page. What is no descriptor is left out and told: a signature may be
 * behind it, so that the listing is not complete. A page that typed readers refuse, or read
 * differently, has none: whoever serves it shows two clients two listings.
 */
export function parseReferrers(page: Uint8Array): {
  readonly referrers: readonly ReferrerDescriptor[];
  readonly problem: string | undefined;
} {
  const json = parseStrictJson(page, LIMITS);
  const value = 'problem' in json ? undefined : json.value;
  const parsed = index.safeParse(value);
  if (!parsed.success || !isTypedIndex(value) || !everyHasDigest(parsed.data.manifests ?? [])) {
    return { referrers: [], problem: 'the listing is no image index' };
  }
  const referrers: ReferrerDescriptor[] = [];
  let problem: string | undefined;
  for (const [position, entry] of (parsed.data.manifests ?? []).entries()) {
    const read = descriptor.safeParse(entry);
    if (!read.success) problem ??= `entry ${position} of the listing is no descriptor`;
    else referrers.push(toReferrer(read.data));
  }
  return { referrers, problem };
}

/** Clients ask for each by its digest, and give up on the whole listing where one has none. */
function everyHasDigest(manifests: readonly unknown[]): boolean {
  return manifests.every((manifest) => isDigest(ownField(manifest, 'digest')));
}

function toReferrer(data: z.infer<typeof descriptor>): ReferrerDescriptor {
  const { mediaType, digest, size, artifactType, annotations } = data;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations == null ? {} : { annotations }),
  };
}
