import { request } from 'undici';
import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface Stored {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Pushes to one repository of a registry on loopback, by the distribution specification. */
export class Pusher {
  readonly #base: string;

  constructor(registryHost: string, repository: string) {
    this.#base = `http://${registryHost}/v2/${repository}`;
  }

  async blob(bytes: Uint8Array, mediaType: string): Promise<Descriptor> {
    const digest = digestOf(bytes);
    const started = await request(`${this.#base}/blobs/uploads/`, { method: 'POST' });
    await started.body.dump();
    const location = new URL(String(started.headers.location), `${this.#base}/`);
    location.searchParams.set('digest', digest);
    await expectCreated(
      await request(location, {
        method: 'PUT',
        body: bytes,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    );
    return { mediaType, digest, size: bytes.length };
  }

  async manifest(manifest: object, mediaType: string, tag?: string): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(manifest));
    const digest = digestOf(bytes);
    await expectCreated(
      await request(`${this.#base}/manifests/${tag ?? digest}`, {
        method: 'PUT',
        body: bytes,
        headers: { 'content-type': mediaType },
      }),
    );
    return { mediaType, digest, size: bytes.length };
  }

  async get(reference: string): Promise<Stored | undefined> {
    const accept = [
      OCI_INDEX,
      OCI_MANIFEST,
      'application/vnd.docker.distribution.manifest.list.v2+json',
      'application/vnd.docker.distribution.manifest.v2+json',
    ].join(', ');
    const answer = await request(`${this.#base}/manifests/${reference}`, { headers: { accept } });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const mediaType = String(answer.headers['content-type'] ?? OCI_MANIFEST);
    return answer.statusCode === 200 ? { bytes, mediaType } : undefined;
  }

  /** The JSON at a tag, to be read, changed and written back. */
  async json<T>(reference: string): Promise<T | undefined> {
    const found = await this.get(reference);
    return found === undefined ? undefined : JSON.parse(Buffer.from(found.bytes).toString());
  }
}

async function expectCreated(answer: Awaited<ReturnType<typeof request>>): Promise<void> {
  const text = await answer.body.text();
  if (answer.statusCode !== 201) {
    throw new Error(`the registry answered ${answer.statusCode}, expected 201: ${text}`);
  }
}
