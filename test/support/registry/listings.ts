import { isDigest } from '../../../lambda/domain/digest.ts';
import { type Answer, json, ociError, type SeenRequest } from './exchange.ts';
import { parse, type Store, type StoredManifest } from './store.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

/** `/v2/<name>/tags/list` (distribution-spec, end-8): sorted, paged by `n` and `last` or by the registry's own limit. */
export function tagsList(
  store: Store,
  name: string,
  request: SeenRequest,
  pageLimit: number,
): Answer {
  const repository = store.find(name);
  if (repository === undefined) return ociError(404, 'NAME_UNKNOWN', `no repository ${name}`);
  const last = request.query.get('last') ?? '';
  const rest = [...repository.tags.keys()].sort().filter((tag) => tag > last);
  const asked = request.query.get('n');
  const n = Math.min(asked === null ? pageLimit : Number(asked), pageLimit);
  if (!Number.isInteger(n) || n < 0)
    return ociError(400, 'PAGINATION_NUMBER_INVALID', `n=${asked}`);
  const tags = rest.slice(0, n);
  const next = `/v2/${name}/tags/list?n=${n}&last=${encodeURIComponent(tags.at(-1) ?? '')}`;
  const more = n > 0 && rest.length > n;
  return json(200, { name, tags }, more ? { link: `<${next}>; rel="next"` } : {});
}

/** `/v2/<name>/referrers/<digest>` (distribution-spec, end-12). */
export function referrers(
  store: Store,
  name: string,
  digest: string,
  request: SeenRequest,
  pageLimit: number,
): Answer {
  const repository = store.find(name);
  const captured = repository?.capturedReferrers.get(digest);
  if (captured !== undefined) return captured;
  if (!isDigest(digest)) return ociError(400, 'DIGEST_INVALID', digest);
  const type = request.query.get('artifactType');
  const all = (repository?.referrers(digest) ?? [])
    .map(descriptorOf)
    .filter(({ artifactType }) => type === null || artifactType === type);
  const from = Number(request.query.get('from') ?? 0);
  const more = all.length > from + pageLimit;
  const next = `/v2/${name}/referrers/${digest}?from=${from + pageLimit}`;
  return json(
    200,
    { schemaVersion: 2, mediaType: INDEX, manifests: all.slice(from, from + pageLimit) },
    {
      'content-type': INDEX,
      ...(type === null ? {} : { 'oci-filters-applied': 'artifactType' }),
      ...(more ? { link: `<${next}>; rel="next"` } : {}),
    },
  );
}

/** What a client finds that asks a registry without the API (as distribution answers). */
export function noReferrers(): Answer {
  return {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: '404 page not found\n',
  };
}

/** Image-spec, "artifactType": the manifest's own, or the media type of its config. */
export function descriptorOf({ bytes, digest, mediaType }: StoredManifest): {
  mediaType: string;
  digest: string;
  size: number;
  artifactType?: string;
  annotations?: unknown;
} {
  const manifest = parse(bytes) ?? {};
  const config = manifest.config as { mediaType?: string } | undefined;
  const artifactType = (manifest.artifactType as string | undefined) ?? config?.mediaType;
  const { annotations } = manifest;
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
