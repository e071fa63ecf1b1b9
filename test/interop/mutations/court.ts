import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import { Cosign } from '../cosign.ts';
import type { Peers } from '../peers.ts';
import type { Outcome } from '../process.ts';
import { Tagwarden } from '../tagwarden.ts';
import { words } from '../words.ts';
import type { MutatedCase } from './cases.ts';
import { serve } from './content.ts';

/** What both verifiers said of one case. */
export interface Judgement {
  readonly cosign: number;
  readonly ours: number;
  /** Why, in our words and in cosign's. */
  readonly problem: string;
  readonly theirs: string;
}

/** Has the real cosign and Tagwarden judge the same bytes in the same registry. */
export class Court {
  readonly #registry: RegistryDouble;
  readonly #folder: string;
  readonly #cosign: Cosign;
  readonly #tagwarden: Tagwarden;
  #served = 0;

  private constructor(registry: RegistryDouble, folder: string, program: string) {
    this.#registry = registry;
    this.#folder = folder;
    this.#cosign = new Cosign(program, folder, '');
    this.#tagwarden = new Tagwarden(folder);
  }

  /** @param keys by name, as PEM: `--key <name>.pub`. */
  static async open({ cosign }: Peers, keys: Readonly<Record<string, string>>): Promise<Court> {
    const folder = await mkdtemp(join(tmpdir(), 'tagwarden-mutations-'));
    for (const [name, pem] of Object.entries(keys)) {
      await writeFile(join(folder, `${name}.pub`), pem);
    }
    return new Court(await startRegistry({ referrers: true }), folder, cosign);
  }

  async close(): Promise<void> {
    await this.#registry.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async judge({ exhibit, content }: Pick<MutatedCase, 'exhibit' | 'content'>): Promise<Judgement> {
    this.#served += 1;
    const name = `mutated/image-${this.#served}`;
    const root = `root-${this.#served}.json`;
    await writeFile(join(this.#folder, root), content.trustedRoot);
    const digest = serve(content, this.#registry, name);
    const reference = `${this.#registry.host}/${name}@${digest}`;
    const flags = exhibit.flags.replace('{root}', root);
    const args = [...words(flags), reference];
    const cosign = await this.#cosign.run(exhibit.command, ...args);
    const ours = await this.#tagwarden.inProcess(exhibit.command, '-o', 'json', ...args);
    this.#registry.store.forget(name);
    await rm(join(this.#folder, root));
    return {
      ...{ cosign: cosign.exit, ours: ours.exit },
      problem: problemOf(ours),
      theirs: cosign.stderr,
    };
  }
}

/** The sentence that says why, whether it is a verdict or an error. */
function problemOf({ stdout, stderr }: Outcome): string {
  if (stdout === '') return stderr;
  const { detail = '', candidates = [] } = JSON.parse(stdout) as VerdictJson;
  return [...new Set([detail, ...candidates.map(({ problem }) => problem)])].join('; ');
}

interface VerdictJson {
  readonly detail?: string;
  readonly candidates?: readonly { readonly problem?: string }[];
}
