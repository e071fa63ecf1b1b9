import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type AwsAccess, clientConfig } from './access.ts';
import { asking, StackError } from './errors.ts';

/** One version of the secret; both absent before the first. */
interface Version {
  readonly id?: string | undefined;
  readonly text?: string | undefined;
}

export interface SecretText {
  /** Undefined while nobody has put anything. */
  read(): Promise<string | undefined>;
  /** Puts what `edit` makes of it; undefined leaves it as it is. */
  edit(edit: (text: string | undefined) => string | undefined): Promise<void>;
  close(): void;
}

const ATTEMPTS = 5;

/** The text of a secret, with the user's own credentials. Its value is in no error. */
export function createSecretText(access: AwsAccess, secretId: string): SecretText {
  return new Secret(new SecretsManagerClient(clientConfig(access)), secretId);
}

class Secret implements SecretText {
  readonly #client: SecretsManagerClient;
  readonly #id: string;

  constructor(client: SecretsManagerClient, id: string) {
    this.#client = client;
    this.#id = id;
  }

  async read(): Promise<string | undefined> {
    return (await this.#version('AWSCURRENT')).text;
  }

  /**
   * Secrets Manager puts without a condition: afterwards it is looked whether what was replaced is what
   * was read. If not, somebody else's change would be lost, and ours is made again on theirs.
   */
  async edit(edit: (text: string | undefined) => string | undefined): Promise<void> {
    let base = await this.#version('AWSCURRENT');
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const next = edit(base.text);
      if (next === undefined) return;
      const id = await this.#put(next);
      const replaced = await this.#version('AWSPREVIOUS');
      if (replaced.id === base.id) return;
      base = { id, text: replaced.text };
    }
    throw new StackError(
      'CONFLICT',
      `change the secret ${this.#id}: others changed it ${ATTEMPTS} times in a row, try again`,
    );
  }

  close(): void {
    this.#client.destroy();
  }

  async #version(VersionStage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<Version> {
    const command = new GetSecretValueCommand({ SecretId: this.#id, VersionStage });
    return asking(`read the secret ${this.#id}`, async () => {
      try {
        const { VersionId, SecretString } = await this.#client.send(command);
        return { id: VersionId, text: SecretString };
      } catch (thrown) {
        // Also of a secret that has no such version yet, which is no error.
        if (isWithoutVersion(thrown)) return {};
        throw thrown;
      }
    });
  }

  async #put(SecretString: string): Promise<string> {
    const id = randomUUID();
    const command = new PutSecretValueCommand({
      SecretId: this.#id,
      SecretString,
      ClientRequestToken: id,
    });
    await asking(`change the secret ${this.#id}`, () => this.#client.send(command));
    return id;
  }
}

/** "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT" */
function isWithoutVersion(thrown: unknown): boolean {
  return thrown instanceof ResourceNotFoundException && /staging label/i.test(thrown.message);
}
