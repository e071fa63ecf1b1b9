import type { SecretText } from '../lambda/adapters/stack/index.ts';
import { openFile, openSecret } from '../lambda/composition/login.ts';
import type { Cli } from './cli.ts';
import { CliError, UsageError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { openStack } from './with-stack.ts';

/** Where the credentials of registries are kept, in the form of docker's `config.json`. */
export interface CredentialStore extends SecretText {
  /** For a person. */
  readonly name: string;
}

/** That of the stack, or docker's file of this machine; closed afterwards. */
export async function withCredentials<T>(
  cli: Cli,
  use: (store: CredentialStore) => Promise<T>,
): Promise<T> {
  const store = await openCredentials(cli);
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

async function openCredentials(cli: Cli): Promise<CredentialStore> {
  const { place } = cli;
  if (place.kind === 'table') {
    throw new UsageError(
      "found --table: expected --stack, or docker's config.json of this machine",
    );
  }
  return place.kind === 'stack' ? ofStack(cli) : ofMachine(cli);
}

async function ofStack(cli: Cli): Promise<CredentialStore> {
  const { name, access, outputs } = await openStack(cli, 'this is');
  const secret = await openSecret(access, outputs.get('credentials'));
  return named(`the secret of ${name}`, secret);
}

async function ofMachine({ settings: { dockerConfig } }: Cli): Promise<CredentialStore> {
  if (dockerConfig === undefined) {
    throw new CliError(
      EXIT.missingFile,
      'found no home folder: expected DOCKER_CONFIG, the folder of config.json',
    );
  }
  return named(dockerConfig, await openFile(dockerConfig));
}

function named(name: string, text: SecretText): CredentialStore {
  return {
    name,
    read: () => text.read(),
    edit: (edit) => text.edit(edit),
    close: () => text.close(),
  };
}
