import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SigstoreDouble, startSigstore } from '../support/sigstore/index.ts';
import { Cosign } from './cosign.ts';
import { type Image, RELEASE } from './images.ts';
import { pemOf } from './key-type-images.ts';
import type { Peers } from './peers.ts';
import { type Outcome, run } from './process.ts';
import type { RunningRegistry } from './registries.ts';
import { Repository } from './repository.ts';
import { Tagwarden } from './tagwarden.ts';

const PROVENANCE = join(import.meta.dirname, '../fixtures/provenance');

/** One running registry, the real cosign, a private Sigstore and a folder with keys: where both verifiers look at the same bytes. */
export class Lab {
  readonly cosign: Cosign;
  readonly tagwarden: Tagwarden;
  /** `127.0.0.1:<port>` of the registry. */
  readonly host: string;
  readonly #peers: Peers;
  readonly #sigstore: SigstoreDouble;
  readonly #ends: Ends;
  readonly #pushed = new Map<Image, Promise<string>>();

  private constructor(
    peers: Peers,
    registry: RunningRegistry,
    sigstore: SigstoreDouble,
    folder: string,
    ends: Ends,
  ) {
    this.#peers = peers;
    this.host = registry.host;
    this.#sigstore = sigstore;
    this.#ends = ends;
    this.cosign = new Cosign(peers.cosign, folder, sigstore.url);
    this.tagwarden = new Tagwarden(folder);
  }

  static async start(
    peers: Peers,
    start: (peers: Peers) => Promise<RunningRegistry>,
  ): Promise<Lab> {
    const ends: Ends = [];
    try {
      const folder = await mkdtemp(join(tmpdir(), 'tagwarden-interop-'));
      ends.push(() => rm(folder, { recursive: true, force: true }));
      const [ours, other] = [await startSigstore(), await startSigstore()];
      ends.push(
        () => ours.close(),
        () => other.close(),
      );
      const registry = await start(peers);
      ends.push(() => registry.stop());
      const lab = new Lab(peers, registry, ours, folder, ends);
      await lab.#writeKeys();
      await lab.#writeSigstore(ours, other);
      return lab;
    } catch (thrown) {
      await endAll(ends);
      throw thrown;
    }
  }

  async #writeKeys(): Promise<void> {
    await this.cosign.createEmptySigningConfig('no-services.json');
    for (const name of ['ours', 'other']) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      await this.cosign.importKey(name, pemOf(privateKey));
    }
  }

  async #writeSigstore(ours: SigstoreDouble, other: SigstoreDouble): Promise<void> {
    const { identity, issuer } = RELEASE;
    const files = {
      'root.json': ours.trustedRoot(),
      'other-root.json': other.trustedRoot(),
      'v1.json': ours.signingConfig('v1'),
      'v1-timestamp.json': ours.signingConfig('v1tsa'),
      'v2.json': ours.signingConfig('v2'),
      'release.jwt': ours.idToken({ identity, issuer }),
      'evil.jwt': ours.idToken({ identity: `${identity}-evil`, issuer }),
      'predicate.json': '{}',
      'slsa02.json': await readFile(join(PROVENANCE, 'slsa-v0.2.json')),
      'slsa1.json': await readFile(join(PROVENANCE, 'slsa-v1.json')),
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(this.cosign.folder, name), content);
    }
  }

  /** Puts the image into a repository of its own, once; resolves to what shall be verified. */
  push(image: Image): Promise<string> {
    const known = this.#pushed.get(image);
    if (known !== undefined) return known;
    const repository = new Repository(this.host, `interop/image-${this.#pushed.size}`);
    const pushed = image(repository, this.cosign, this.#sigstore);
    this.#pushed.set(image, pushed);
    return pushed;
  }

  crane(...args: string[]): Promise<Outcome> {
    return run(this.#peers.crane, args, { HOME: this.cosign.folder });
  }

  stop(): Promise<void> {
    return endAll(this.#ends);
  }
}

type Ends = (() => Promise<void>)[];

/** The last that was started ends first. */
async function endAll(ends: Ends): Promise<void> {
  for (const end of ends.toReversed()) await end();
}
