import type { Registry, RepositoryRef } from '../lambda/application/ports.ts';
import { messageOf } from '../lambda/domain/errors.ts';

/** So many are named; the others are in the status. */
const NAMED = 5;

/** Says on the spot what a registry cannot be asked for and why: once, until it answers again. */
export class RegistryTrouble {
  readonly #say: (line: string) => void;
  readonly #told = new Map<string, Set<string>>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** The same registry, heard. */
  hear(registry: Registry): Registry {
    return {
      headManifest: (at, ...rest) => this.#hear(at, registry.headManifest(at, ...rest)),
      getManifest: (at, ...rest) => this.#hear(at, registry.getManifest(at, ...rest)),
      getBlob: (at, ...rest) => this.#hear(at, registry.getBlob(at, ...rest)),
      listTags: (at, ...rest) => this.#hear(at, registry.listTags(at, ...rest)),
      listReferrers: (at, ...rest) => this.#hear(at, registry.listReferrers(at, ...rest)),
      ...(registry.digestsOf && { digestsOf: registry.digestsOf.bind(registry) }),
      standing: (host) => registry.standing?.(host),
      resume: (host, standing) => registry.resume?.(host, standing),
    };
  }

  async #hear<T extends { readonly kind: string; readonly detail?: string }>(
    { registry, repository }: RepositoryRef,
    asking: Promise<T>,
  ): Promise<T> {
    try {
      const answer = await asking;
      const where = `${registry}/${repository}`;
      if (answer.kind === 'denied') this.#tell(where, 'denied', answer.detail ?? '');
      else this.#told.delete(where);
      this.#told.delete(registry);
      return answer;
    } catch (thrown) {
      const reason = thrown instanceof Error && 'reason' in thrown ? String(thrown.reason) : '';
      if (reason !== '') this.#tell(registry, reason, messageOf(thrown));
      throw thrown;
    }
  }

  #tell(where: string, reason: string, why: string): void {
    const told = this.#told.get(where) ?? new Set();
    if (told.has(reason)) return;
    const isNew = told.size === 0;
    this.#told.set(where, told.add(reason));
    const count = this.#told.size;
    if (count <= NAMED)
      this.#say(why.startsWith(`${where}:`) ? `${reason}: ${why}` : `${reason}: ${where}: ${why}`);
    else if (isNew && count === NAMED + 1) {
      this.#say('… and more: tagwarden status --inconclusive');
    }
  }
}
