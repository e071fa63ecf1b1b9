import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cosign } from './cosign.ts';
import type { Image } from './key-images.ts';
import { pemOf } from './key-type-images.ts';
import type { Peers } from './peers.ts';
import { type Outcome, run } from './process.ts';
import type { RunningRegistry } from './registries.ts';
import { Repository } from './repository.ts';
import { Tagwarden } from './tagwarden.ts';

/** One running registry, the real cosign, and a folder with keys: where both verifiers look at the same bytes. */
export class Lab {
  readonly cosign: Cosign;
  readonly tagwarden: Tagwarden;
  readonly #peers: Peers;
  readonly #registry: RunningRegistry;
  readonly #pushed = new Map<Image, Promise<string>>();

  private constructor(peers: Peers, registry: RunningRegistry, cosign: Cosign) {
    this.#peers = peers;
    this.#registry = registry;
    this.cosign = cosign;
    this.tagwarden = new Tagwarden(cosign.folder);
  }

  static async start(
    peers: Peers,
    start: (peers: Peers) => Promise<RunningRegistry>,
  ): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), 'tagwarden-interop-'));
    const cosign = new Cosign(peers.cosign, folder);
    await cosign.createEmptySigningConfig('no-services.json');
    await writeFile(join(folder, 'predicate.json'), '{}');
    for (const name of ['ours', 'other']) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      await cosign.importKey(name, pemOf(privateKey));
    }
    return new Lab(peers, await start(peers), cosign);
  }

  /** Puts the image into a repository of its own, once; resolves to what shall be verified. */
  push(image: Image): Promise<string> {
    const known = this.#pushed.get(image);
    if (known !== undefined) return known;
    const repository = new Repository(this.#registry.host, `interop/image-${this.#pushed.size}`);
    const pushed = image(repository, this.cosign);
    this.#pushed.set(image, pushed);
    return pushed;
  }

  crane(...args: string[]): Promise<Outcome> {
    return run(this.#peers.crane, args, { HOME: this.cosign.folder });
  }

  async stop(): Promise<void> {
    await this.#registry.stop();
    await rm(this.cosign.folder, { recursive: true, force: true });
  }
}
