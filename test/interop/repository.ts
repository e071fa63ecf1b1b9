import { createHash } from 'node:crypto';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [member: string]: unknown;
}

export interface Manifest {
  readonly mediaType: string;
  readonly [member: string]: unknown;
}

/** One repository of a running registry, written to as any client would (distribution-spec, "Push"). */
export class Repository {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly #base: string;

  constructor(host: string, path: string) {
    this.host = host;
    this.path = path;
    this.name = `${host}/${path}`;
    this.#base = `http://${host}/v2/${path}`;
  }

  /** `<host>/<path>:<tag>` or `<host>/<path>@<digest>`. */
  reference(to: string): string {
    return `${this.name}${to.startsWith('sha256:') ? '@' : ':'}${to}`;
  }

  async putBlob(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<Descriptor> {
    const digest = digestOf(bytes);
    const started = await this.#ask('POST', '/blobs/uploads/');
    const location = new URL(started.headers.get('location') ?? '', started.url);
    location.searchParams.set('digest', digest);
    await expectOk(await fetch(location, { method: 'PUT', body: bytes, headers: BINARY }));
    return { mediaType, digest, size: bytes.length };
  }

  /** @returns what describes it. `to` is a tag; without one it is pushed by its digest. */
  async putManifest(manifest: Manifest, to?: string): Promise<Descriptor> {
    const bytes = encode(manifest);
    const digest = digestOf(bytes);
    const headers = { 'content-type': manifest.mediaType };
    await this.#ask('PUT', `/manifests/${to ?? digest}`, { body: bytes, headers });
    return { mediaType: manifest.mediaType, digest, size: bytes.length };
  }

  /**
   * Attaches a manifest with a `subject` (distribution-spec, "Pushing Manifests with Subject"): where
   * there is no referrers API, the fallback tag lists it.
   */
  async putReferrer(subject: Descriptor, manifest: Readonly<Record<string, unknown>>) {
    const config = await this.putBlob(encode({}), 'application/vnd.oci.empty.v1+json');
    const described = {
      ...(await this.putManifest({ mediaType: MANIFEST, config, ...manifest })),
      artifactType: manifest.artifactType ?? config.mediaType,
    };
    if ((await this.referrersOf(subject.digest)) === 'api') return;
    const tag = subject.digest.replace(':', '-');
    const before = await this.getManifest(tag).catch(() => ({ manifests: [] }));
    const manifests = [...(before.manifests as Descriptor[]), described];
    await this.putManifest({ schemaVersion: 2, mediaType: INDEX, manifests }, tag);
  }

  /** Where a client finds what is attached: at the referrers API, or under the fallback tag. */
  async referrersOf(digest: string): Promise<'api' | 'tag'> {
    return (await fetch(`${this.#base}/referrers/${digest}`)).ok ? 'api' : 'tag';
  }

  /** The descriptor of what the tag points at. */
  async describe(tag: string): Promise<Descriptor> {
    const bytes = encode(await this.getManifest(tag));
    return { mediaType: MANIFEST, digest: digestOf(bytes), size: bytes.length };
  }

  async getManifest(reference: string): Promise<Manifest> {
    const headers = { accept: `${MANIFEST}, ${INDEX}` };
    return (await this.#ask('GET', `/manifests/${reference}`, { headers })).json() as never;
  }

  async getBlob(digest: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.#ask('GET', `/blobs/${digest}`)).arrayBuffer());
  }

  /** A small image whose bytes, and so its digest, depend on the repository and `variant` only. */
  async putImage(tag: string | undefined, variant = 'amd64'): Promise<Descriptor> {
    const text = encode(`${this.name} ${variant}`);
    const layer = await this.putBlob(text, 'application/vnd.oci.image.layer.v1.tar');
    const config = {
      architecture: variant,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    };
    const described = await this.putBlob(
      encode(config),
      'application/vnd.oci.image.config.v1+json',
    );
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config: described, layers: [layer] };
    return this.putManifest(manifest, tag);
  }

  /** A multi-platform image. */
  async putIndex(tag: string): Promise<{ index: Descriptor; children: readonly Descriptor[] }> {
    const children = [];
    for (const architecture of ['amd64', 'arm64']) {
      const child = await this.putImage(undefined, architecture);
      children.push({ ...child, platform: { os: 'linux', architecture } });
    }
    const manifest = { schemaVersion: 2, mediaType: INDEX, manifests: children };
    return { index: await this.putManifest(manifest, tag), children };
  }

  async #ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    return expectOk(await fetch(`${this.#base}${path}`, { method, ...init }));
  }
}

const BINARY = { 'content-type': 'application/octet-stream' };

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}

export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
