import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cosign } from './cosign.ts';
import type { Peers } from './peers.ts';
import type { Outcome } from './process.ts';
import { Tagwarden } from './tagwarden.ts';
import { words } from './words.ts';

export type Command = 'verify' | 'verify-attestation';

/** What both verifiers said of one image. */
export interface Judgement {
  readonly cosign: number;
  readonly ours: number;
  /** Why, in our words and in cosign's. */
  readonly problem: string;
  readonly theirs: string;
}

/** The real cosign, and Tagwarden in this process, who are asked the same in one folder. */
export class Judges {
  readonly folder: string;
  readonly #cosign: Cosign;
  readonly #tagwarden: Tagwarden;

  private constructor(folder: string, program: string) {
    this.folder = folder;
    this.#cosign = new Cosign(program, folder, '');
    this.#tagwarden = new Tagwarden(folder);
  }

  static async open({ cosign }: Peers): Promise<Judges> {
    return new Judges(await mkdtemp(join(tmpdir(), 'tagwarden-judges-')), cosign);
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** A key or a trusted root that flags may name. */
  put(name: string, content: string | Uint8Array): Promise<void> {
    return writeFile(join(this.folder, name), content);
  }

  remove(name: string): Promise<void> {
    return rm(join(this.folder, name));
  }

  async judge(command: Command, flags: string, reference: string): Promise<Judgement> {
    const args = [...words(flags), reference];
    const [cosign, ours] = await Promise.all([
      this.#cosign.run(command, ...args),
      this.#tagwarden.inProcess(command, '-o', 'json', ...args),
    ]);
    return {
      ...{ cosign: cosign.exit, ours: ours.exit },
      problem: problemOf(ours),
      theirs: cosign.stderr,
    };
  }
}

/** The sentence that says why, whether it is a verdict or an error. */
function problemOf({ stdout, stderr }: Outcome): string {
  if (stdout === '') return stderr.trim();
  const { detail, candidates = [] } = JSON.parse(stdout) as VerdictJson;
  const problems = [detail, ...candidates.map(({ problem }) => problem)];
  return [...new Set(problems.filter((problem) => problem !== undefined))].join('; ');
}

interface VerdictJson {
  readonly detail?: string;
  readonly candidates?: readonly { readonly problem?: string }[];
}
