import { spawnSync } from 'node:child_process';

/** As `github.com/distribution/reference` has it. */
export interface OracleReference {
  readonly domain: string;
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
  /** Empty where the text is a reference. */
  readonly error: string;
}

export interface OracleChallenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface OracleChallenges {
  readonly containerd: readonly OracleChallenge[];
  readonly distribution: readonly OracleChallenge[];
}

/** Asks other people's parsers, all at once (`oracle/main.go`). */
export class Oracle {
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  references(texts: readonly string[]): OracleReference[] {
    return this.#ask(texts.map((reference) => ({ reference })));
  }

  /** Each a list of `WWW-Authenticate` fields. */
  challenges(fields: readonly (readonly string[])[]): OracleChallenges[] {
    return this.#ask(fields.map((challenge) => ({ challenge })));
  }

  #ask<T>(requests: readonly object[]): T[] {
    const input = requests.map((request) => JSON.stringify(request)).join('\n');
    const { status, stdout, stderr } = spawnSync(this.#program, {
      input,
      maxBuffer: 256 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`oracle: ${String(stderr)}`);
    const answers = String(stdout).trimEnd().split('\n');
    if (answers.length !== requests.length) throw new Error('oracle: answers are missing');
    return answers.map((line) => JSON.parse(line) as T);
  }
}
