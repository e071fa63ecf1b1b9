import { ECRClient } from '@aws-sdk/client-ecr';
import { ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createEcrCredentials } from '../../adapters/ecr/index.ts';
import {
  credentialsFromDockerConfig,
  DockerConfigError,
  firstCredential,
  NO_CREDENTIALS,
} from '../../adapters/registry/index.ts';
import { readSecret } from '../../adapters/secrets/index.ts';
import { Aged } from '../../application/aged.ts';
import type { Clock, Credentials, Logger } from '../../application/ports.ts';
import { type Duration, HOUR, MINUTE, plus, SECOND } from '../../domain/time.ts';
import { CLIENT } from './common.ts';

/** After `tagwarden login`, checks use the new credential within this time. */
const READ_EVERY: Duration = 5 * MINUTE;
/** Secrets Manager may be away for so long before checks that need a login stop. */
const GRACE: Duration = HOUR;

interface CredentialsParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** What people put into the secret, then the role of the function for registries of ECR. */
export function openCredentials(
  parts: CredentialsParts,
  secretArn: string | undefined,
): Credentials {
  const ecr = createEcrCredentials({
    ...parts,
    clientOf: (region) => new ECRClient({ ...CLIENT, region }),
    publicClient: () => new ECRPUBLICClient({ ...CLIENT, region: 'us-east-1' }),
  });
  if (secretArn === undefined) return ecr;
  const client = new SecretsManagerClient(CLIENT);
  const read = () => readSecret(client, secretArn);
  return firstCredential(credentialsOfSecret(parts, read), ecr);
}

/** A docker `config.json` in a secret, read again every few minutes. */
export function credentialsOfSecret(
  { clock, log }: CredentialsParts,
  read: () => Promise<string | undefined>,
): Credentials {
  const current = new Aged({
    ...{ clock, grace: GRACE, retryAfter: 30 * SECOND },
    load: async () => ({
      value: parsed(await read(), log),
      until: plus(clock.now(), READ_EVERY),
    }),
  });
  return { find: async (registry, repository) => (await current.get()).find(registry, repository) };
}

/**
 * A secret that is no docker config is no reason to go on without credentials: every check that
 * needs a login then says so, and nothing is taken for denied or gone.
 */
function parsed(text: string | undefined, log: Logger): Credentials {
  if (text === undefined) return NO_CREDENTIALS;
  try {
    const credentials = credentialsFromDockerConfig(text);
    for (const why of credentials.warnings) log.warn('credential left out', { why });
    return credentials;
  } catch (thrown) {
    if (!(thrown instanceof DockerConfigError)) throw thrown;
    log.error('credentials are unusable', { why: thrown.message });
    const problem = `the secret with the credentials of registries: ${thrown.message}`;
    return { find: () => Promise.reject(new Error(problem)) };
  }
}
