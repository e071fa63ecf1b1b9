import { isEcr } from '../../adapters/ecr/host.ts';
import { firstCredential, NO_CREDENTIALS } from '../../adapters/registry/credentials.ts';
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
  const ecr = ecrCredentials(parts);
  if (secretArn === undefined) return ecr;
  return firstCredential(credentialsOfSecret(parts, secretReader(secretArn)), ecr);
}

/** The clients of ECR and Secrets Manager are loaded when a registry first asks for a login. */
function ecrCredentials(parts: CredentialsParts): Credentials {
  const load = async () => {
    const { createEcrCredentials, ecrClients } = await import('../../adapters/ecr/index.ts');
    return createEcrCredentials({ ...parts, ...ecrClients(CLIENT) });
  };
  let loading: Promise<Credentials> | undefined;
  return {
    find: async (registry, repository) => {
      if (!isEcr(registry)) return undefined;
      loading ??= load();
      return (await loading).find(registry, repository);
    },
  };
}

function secretReader(secretArn: string): () => Promise<string | undefined> {
  const load = async () => {
    const { readSecret, secretsClient } = await import('../../adapters/secrets/index.ts');
    const client = secretsClient(CLIENT);
    return () => readSecret(client, secretArn);
  };
  let loading: ReturnType<typeof load> | undefined;
  return async () => {
    loading ??= load();
    return (await loading)();
  };
}

/** A docker `config.json` in a secret, read again every few minutes. */
export function credentialsOfSecret(
  { clock, log }: CredentialsParts,
  read: () => Promise<string | undefined>,
): Credentials {
  const current = new Aged({
    ...{ clock, grace: GRACE, retryAfter: 30 * SECOND },
    load: async () => ({
      value: await parsed(await read(), log),
      until: plus(clock.now(), READ_EVERY),
    }),
  });
  return { find: async (registry, repository) => (await current.get()).find(registry, repository) };
}

/**
 * A secret that is no docker config is no reason to go on without credentials: every check that
 * needs a login then says so, and nothing is taken for denied or gone.
 */
async function parsed(text: string | undefined, log: Logger): Promise<Credentials> {
  if (text === undefined) return NO_CREDENTIALS;
  const docker = await import('../../adapters/registry/docker-config.ts');
  try {
    const credentials = docker.credentialsFromDockerConfig(text);
    for (const why of credentials.warnings) log.warn('credential left out', { why });
    return credentials;
  } catch (thrown) {
    if (!(thrown instanceof docker.DockerConfigError)) throw thrown;
    log.error('credentials are unusable', { why: thrown.message });
    const problem = `the secret with the credentials of registries: ${thrown.message}`;
    return { find: () => Promise.reject(new Error(problem)) };
  }
}
