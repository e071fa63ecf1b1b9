import { randomUUID } from 'node:crypto';
import { digestOf, isDigest } from '../../../lambda/domain/digest.ts';
import { type Answer, empty, ociError, type SeenRequest } from './exchange.ts';
import type { Store } from './store.ts';

/** `/v2/<name>/blobs/<digest>` (distribution-spec, end-2, end-10). */
export function blobs(store: Store, name: string, digest: string, request: SeenRequest): Answer {
  const held = store.find(name)?.blobs;
  const bytes = held?.get(digest);
  if (bytes === undefined) return ociError(404, 'BLOB_UNKNOWN', digest);
  if (request.method === 'DELETE') {
    held?.delete(digest);
    return empty(202);
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'docker-content-digest': digest },
    body: bytes,
  };
}

/** Uploads under way: in one request, or `POST`, any number of `PATCH`es and a `PUT`. */
export class Uploads {
  readonly #store: Store;
  readonly #sessions = new Map<string, Buffer>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** `POST /v2/<name>/blobs/uploads/`. A mount is refused, as the spec allows: the client uploads instead. */
  start(name: string, request: SeenRequest): Answer {
    if (request.query.has('digest')) return this.#finish(name, request, Buffer.alloc(0));
    const id = randomUUID();
    this.#sessions.set(id, Buffer.alloc(0));
    return this.#progress(202, name, id);
  }

  /** `PATCH`, `PUT`, `GET` and `DELETE` of `/v2/<name>/blobs/uploads/<id>`. */
  continue(name: string, id: string, request: SeenRequest): Answer {
    const held = this.#sessions.get(id);
    if (held === undefined) return ociError(404, 'BLOB_UPLOAD_UNKNOWN', id);
    switch (request.method) {
      case 'PATCH':
        return this.#append(name, id, held, request);
      case 'PUT':
        this.#sessions.delete(id);
        return this.#finish(name, request, held);
      case 'DELETE':
        this.#sessions.delete(id);
        return empty(204);
      default:
        return this.#progress(204, name, id);
    }
  }

  #append(name: string, id: string, held: Buffer, request: SeenRequest): Answer {
    const start = /^(\d+)-\d+$/.exec(String(request.headers['content-range'] ?? ''))?.[1];
    if (start !== undefined && Number(start) !== held.length) return this.#progress(416, name, id);
    this.#sessions.set(id, Buffer.concat([held, request.body]));
    return this.#progress(202, name, id);
  }

  #finish(name: string, request: SeenRequest, held: Buffer): Answer {
    const digest = request.query.get('digest') ?? '';
    const bytes = Buffer.concat([held, request.body]);
    if (!isDigest(digest) || digestOf(bytes) !== digest) {
      return ociError(400, 'DIGEST_INVALID', digest);
    }
    this.#store.repository(name).putBlob(bytes);
    return empty(201, {
      location: `/v2/${name}/blobs/${digest}`,
      'docker-content-digest': digest,
    });
  }

  #progress(status: number, name: string, id: string): Answer {
    const size = this.#sessions.get(id)?.length ?? 0;
    return empty(status, {
      location: `/v2/${name}/blobs/uploads/${id}`,
      range: `0-${Math.max(0, size - 1)}`,
      'docker-upload-uuid': id,
    });
  }
}
