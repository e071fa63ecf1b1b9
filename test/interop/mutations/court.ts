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

  /** Two at a time, in any order; the cases are made one after the other. */
  async *judgeAll<T>(
    of: readonly T[],
    make: (one: T) => Promise<MutatedCase>,
  ): AsyncGenerator<Judged> {
    let making: Promise<unknown> = Promise.resolve();
    const judgeOne = async (one: T): Promise<Judged> => {
      const made = making.then(() => make(one));
      making = made.catch(() => {});
      const mutated = await made;
      return { mutated, judged: await this.judge(mutated) };
    };
    const waiting = [...of];
    const running = new Map<T, Promise<{ one: T; done: Judged }>>();
    while (waiting.length > 0 || running.size > 0) {
      while (running.size < 2 && waiting.length > 0) {
        const one = waiting.shift() as T;
        running.set(
          one,
          judgeOne(one).then((done) => ({ one, done })),
        );
      }
      const { one, done } = await Promise.race(running.values());
      running.delete(one);
      yield done;
    }
  }
}

export interface Judged {
  readonly mutated: MutatedCase;
  readonly judged: Judgement;
}
