import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must, type Outcome, run } from './process.ts';
import { words } from './words.ts';

/** Any connection beyond loopback is refused at once: neither side may need the network. */
const NO_NETWORK = { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };

/** For the double of KMS, whose certificate nobody vouches for: cosign always asks by TLS. */
const AWS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_TLS_INSECURE_SKIP_VERIFY: '1',
};

/** The real cosign, at home in a folder of its own: keys and trusted roots are named relative to it. */
export class Cosign {
  readonly folder: string;
  readonly #program: string;
  readonly #sigstore: string;
  readonly #env: Readonly<Record<string, string>>;

  /** @param sigstore URL of the private Sigstore; `{sigstore}` in flags stands for it. */
  constructor(program: string, folder: string, sigstore: string) {
    this.#program = program;
    this.#sigstore = sigstore;
    this.folder = folder;
    this.#env = { ...NO_NETWORK, ...AWS, HOME: folder, COSIGN_PASSWORD: 'test' };
  }

  /** Takes a PEM key of any type: writes `<name>.key` and `<name>.pub`. */
  async importKey(name: string, pem: string): Promise<void> {
    await writeFile(join(this.folder, `${name}.pem`), pem);
    await this.#must('import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name);
  }

  /** @param flags separated by spaces, as one would type them. */
  async sign(reference: string, flags: string): Promise<void> {
    await this.#must('sign', ...words(flags), '-y', reference);
  }

  async attest(reference: string, flags: string): Promise<void> {
    await this.#must('attest', ...words(flags), '-y', reference);
  }

  verify(reference: string, flags: string): Promise<Outcome> {
    return this.run('verify', ...words(flags), reference);
  }

  run(...args: string[]): Promise<Outcome> {
    return this.runIn({}, ...args);
  }

  /** With more in its environment. */
  runIn(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Outcome> {
    return run(this.#program, args, { ...this.#env, ...env }, this.folder);
  }

  tree(reference: string): Promise<string> {
    return this.#must('tree', reference);
  }

  /** A signing configuration without any service: signs with a key and logs nothing. */
  async createEmptySigningConfig(file: string): Promise<void> {
    await this.#must('signing-config', 'create', '--out', file);
  }

  #must(...args: string[]): Promise<string> {
    const said = args.map((arg) => arg.replace('{sigstore}', this.#sigstore));
    return must(this.#program, said, this.#env, this.folder);
  }
}
