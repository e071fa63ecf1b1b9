import { z } from 'zod';
import type { ReferrerDescriptor } from '../../application/ports.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';

const text = z.string().max(4096);

const descriptor = z.object({
  mediaType: text,
  digest: z.custom<Digest>(isDigest, 'expected a digest'),
  size: z.int().nonnegative(),
  artifactType: text.optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const index = z.object({ manifests: z.array(z.unknown()).nullable() });

/**
 * The descriptors of one page. What is no descriptor is left out and told: a signature may be
 * behind it, so that the listing is not complete.
 */
export function parseReferrers(page: Uint8Array): {
  readonly referrers: readonly ReferrerDescriptor[];
  readonly problem: string | undefined;
} {
  const parsed = index.safeParse(parseJson(page));
  if (!parsed.success) return { referrers: [], problem: 'the listing is no image index' };
  const referrers: ReferrerDescriptor[] = [];
  let problem: string | undefined;
  for (const [position, entry] of (parsed.data.manifests ?? []).entries()) {
    const read = descriptor.safeParse(entry);
    if (!read.success) problem ??= `entry ${position} of the listing is no descriptor`;
    else referrers.push(toReferrer(read.data));
  }
  return { referrers, problem };
}

function parseJson(page: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(page).toString());
  } catch {
    return undefined;
  }
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
