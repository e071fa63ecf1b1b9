import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { messageOf } from '../../domain/errors.ts';

/** With the role of this process. */
export function secretsClient(
  config: Pick<SecretsManagerClientConfig, 'maxAttempts' | 'requestHandler'>,
): SecretsManagerClient {
  return new SecretsManagerClient(config);
}

/**
 * The text of a secret; undefined while it has no value, as when nobody has logged in yet.
 *
 * @throws when it cannot be read; says nothing of its contents
 */
export async function readSecret(
  client: SecretsManagerClient,
  secretId: string,
): Promise<string | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (SecretString === undefined) throw new Error('found binary data, expected text');
    return SecretString;
  } catch (thrown) {
    if (thrown instanceof ResourceNotFoundException) return undefined;
    const why = messageOf(thrown);
    throw new Error(`the secret with the credentials of registries cannot be read: ${why}`, {
      cause: thrown,
    });
  }
}
