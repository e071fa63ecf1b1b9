import type { LoginAnswer } from '../adapters/registry/index.ts';
import type { SecretText } from '../adapters/stack/index.ts';
import type { Clock } from '../application/ports.ts';
import { millisecondsOf } from '../domain/time.ts';
import type { AwsChoices } from './deployed.ts';

export interface LoginChoices {
  readonly clock: Clock;
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Tries a credential at its registry, from the user's own machine.
 *
 * @throws {RegistryError} when it cannot be found out whether it is taken
 */
export async function tryLogin(
  { clock, host, username, password }: LoginChoices,
  signal: AbortSignal,
): Promise<LoginAnswer> {
  const { createRegistryClient, credentialFor } = await import('../adapters/registry/index.ts');
  const client = createRegistryClient({
    // Whoever types the name of a registry means that one, wherever it is.
    settings: [{ host, plainHttp: false, allowPrivate: true }],
    allowLoopback: true,
    now: () => millisecondsOf(clock.now()),
    credentials: credentialFor(host, { kind: 'password', username, password }),
  });
  try {
    return await client.logIn(host, signal);
  } finally {
    await client.close();
  }
}

/** The text of a secret of the stack. */
export async function openSecret(access: AwsChoices, secretId: string): Promise<SecretText> {
  const { createSecretText } = await import('../adapters/stack/secret.ts');
  return createSecretText(access, secretId);
}

/** The same for a file of the user's own. */
export async function openFile(path: string): Promise<SecretText> {
  const { editPrivateFile, readIfThere } = await import('../adapters/runtime/private-file.ts');
  return {
    read: async () => readIfThere(path),
    edit: (edit) => editPrivateFile(path, edit),
    close: () => {},
  };
}
