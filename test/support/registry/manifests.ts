import { type Digest, digestOf, isDigest } from '../../../lambda/domain/digest.ts';
import { type Answer, empty, ociError, type SeenRequest } from './exchange.ts';
import { parse, type Repository, type Store, subjectOf } from './store.ts';

const LIMIT = 4 * 1024 * 1024;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** `/v2/<name>/manifests/<reference>` (distribution-spec, end-2, end-7, end-9). */
export function manifests(
  store: Store,
  name: string,
  reference: string,
  request: SeenRequest,
  referrersApi: boolean,
): Answer {
  if (request.method === 'PUT') return put(store, name, reference, request, referrersApi);
  const repository = store.find(name);
  if (repository === undefined) return ociError(404, 'NAME_UNKNOWN', `no repository ${name}`);
  if (request.method === 'DELETE') {
    const deleted = repository.deleteManifest(reference);
    return deleted ? empty(202) : unknown(reference);
  }
  return get(repository, reference, request);
}

function get(repository: Repository, reference: string, request: SeenRequest): Answer {
  const found = repository.manifest(reference);
  if (found === undefined) return unknown(reference);
  const headers = {
    'content-type': found.mediaType,
    'docker-content-digest': found.digest,
    etag: `"${found.digest}"`,
  };
  if (request.headers['if-none-match'] === headers.etag) return empty(304, headers);
  return { status: 200, headers, body: found.bytes };
}

function unknown(reference: string): Answer {
  return ociError(404, 'MANIFEST_UNKNOWN', `no manifest ${reference}`);
}

function put(
  store: Store,
  name: string,
  reference: string,
  request: SeenRequest,
  referrersApi: boolean,
): Answer {
  const problem = problemOf(store.find(name), reference, request.body);
  if (problem !== undefined) return problem;
  const mediaType = request.headers['content-type'] ?? 'application/octet-stream';
  const tag = reference.includes(':') ? undefined : reference;
  const digest = store.repository(name).putManifest(request.body, mediaType, tag);
  const subject = referrersApi ? subjectOf(request.body) : undefined;
  return empty(201, {
    location: `/v2/${name}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(subject === undefined ? {} : { 'oci-subject': subject }),
  });
}

function problemOf(
  repository: Repository | undefined,
  reference: string,
  bytes: Uint8Array,
): Answer | undefined {
  if (bytes.length > LIMIT) return ociError(413, 'SIZE_INVALID', 'a manifest has at most 4 MiB');
  if (reference.includes(':')) {
    if (reference !== digestOf(bytes)) return ociError(400, 'DIGEST_INVALID', reference);
  } else if (!TAG.test(reference)) return ociError(400, 'TAG_INVALID', reference);
  const manifest = parse(bytes);
  if (manifest === undefined) return ociError(400, 'MANIFEST_INVALID', 'not a JSON object');
  const missing = contentOf(manifest).find(
    (digest) => !repository?.blobs.has(digest) && !repository?.manifests.has(digest),
  );
  return missing === undefined ? undefined : ociError(404, 'MANIFEST_BLOB_UNKNOWN', missing);
}

/** What a manifest cannot do without; a `subject` may come later. */
function contentOf(manifest: Record<string, unknown>): Digest[] {
  const { config, layers, manifests } = manifest;
  return [config, layers, manifests].flat().flatMap((descriptor) => {
    const digest = (descriptor as { digest?: unknown } | undefined)?.digest;
    return isDigest(digest) ? [digest] : [];
  });
}
