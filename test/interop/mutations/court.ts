import { type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import { type Judgement, Judges } from '../judges.ts';
import type { Peers } from '../peers.ts';
import type { MutatedCase } from './cases.ts';
import { serve } from './content.ts';

/** Has the real cosign and Tagwarden judge the same bytes in the same registry. */
export class Court {
  readonly #registry: RegistryDouble;
  readonly #judges: Judges;
  #served = 0;

  private constructor(registry: RegistryDouble, judges: Judges) {
    this.#registry = registry;
    this.#judges = judges;
  }

  /** @param keys by name, as PEM: `--key <name>.pub`. */
  static async open(peers: Peers, keys: Readonly<Record<string, string>>): Promise<Court> {
    const judges = await Judges.open(peers);
    for (const [name, pem] of Object.entries(keys)) await judges.put(`${name}.pub`, pem);
    return new Court(await startRegistry({ referrers: true }), judges);
  }

  async close(): Promise<void> {
    await this.#registry.close();
    await this.#judges.close();
  }

  async judge({ exhibit, content }: Pick<MutatedCase, 'exhibit' | 'content'>): Promise<Judgement> {
    this.#served += 1;
    const name = `mutated/image-${this.#served}`;
    const root = `root-${this.#served}.json`;
    await this.#judges.put(root, content.trustedRoot);
    const reference = `${this.#registry.host}/${name}@${serve(content, this.#registry, name)}`;
    const flags = exhibit.flags.replace('{root}', root);
    const judgement = await this.#judges.judge(exhibit.command, flags, reference);
    this.#registry.store.forget(name);
    await this.#judges.remove(root);
    return judgement;
  }
}
