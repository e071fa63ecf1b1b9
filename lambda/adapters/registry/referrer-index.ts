import * as z from 'zod/mini';
import type { ReferrerDescriptor } from '../../application/ports.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { MANIFEST_LIMIT } from '../../domain/manifest.ts';
import { isTypedIndex } from '../../domain/oci-types.ts';
import { isObject, ownField, parseStrictJson } from '../../domain/strict-json.ts';

const text = z.string().check(z.maxLength(4096));

const descriptor = z.object({
  mediaType: text,
  digest: z.custom<Digest>(isDigest, 'expected a digest'),
  size: z.int().check(z.gte(0)),
  artifactType: z.optional(text),
  annotations: z.nullish(z.record(z.string(), z.string())),
});

const LIMITS = { maxBytes: MANIFEST_LIMIT, maxDepth: 32, maxValues: 65_536, integersOnly: true };

/**
 * The descriptors of one page. What is no descriptor is left out and told: a signature may be
 * behind it, so that the listing is not complete. A page that typed readers refuse, or read
 * differently, has none: whoever serves it shows two clients two listings. Of more than `limit`
 * descriptors the rest is not looked at (attack: CVE-2023-46737, signatures without end).
 */
export function parseReferrers(
  page: Uint8Array,
  limit: number,
): {
  readonly referrers: readonly ReferrerDescriptor[];
  readonly more: boolean;
  readonly problem: string | undefined;
} {
  const json = parseStrictJson(page, LIMITS);
  const read = 'problem' in json ? undefined : readIndex(json.value, limit);
  if (read === undefined) {
    return { referrers: [], more: false, problem: 'the listing is no image index' };
  }
  const referrers: ReferrerDescriptor[] = [];
  let problem: string | undefined;
  for (const [position, entry] of read.manifests.entries()) {
    const parsed = descriptor.safeParse(entry);
    if (!parsed.success) problem ??= `entry ${position} of the listing is no descriptor`;
    else referrers.push(toReferrer(parsed.data));
  }
  return { referrers, more: read.more, problem };
}

/** At most `limit` of its members, and whether it has more; undefined of what is no index. */
function readIndex(
  value: unknown,
  limit: number,
): { readonly manifests: readonly unknown[]; readonly more: boolean } | undefined {
  const all = ownField(value, 'manifests') ?? [];
  if (!isObject(value) || !Object.hasOwn(value, 'manifests') || !Array.isArray(all))
    return undefined;
  const manifests = all.slice(0, limit);
  if (!isTypedIndex({ ...value, manifests }) || !everyHasDigest(manifests)) return undefined;
  return { manifests, more: all.length > limit };
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
