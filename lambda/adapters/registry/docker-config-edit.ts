import { basicOf } from './credentials.ts';
import { DockerConfigError, normalKey, objectOr, parseDockerConfig } from './docker-config.ts';

const EMPTY = '{}';
/** What the docker command line calls Docker Hub. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/**
 * A docker `config.json` with the credential of one registry, and everything else as it was.
 *
 * @param host canonical, without a path
 * @throws {DockerConfigError} also where a helper keeps the credentials of that host: docker would not
 * look at what is written here, and its owner did not want passwords in this file
 */
export function withCredential(
  json: string | undefined,
  host: string,
  { username, password }: { readonly username: string; readonly password: string },
): string {
  const config = parseDockerConfig(json ?? EMPTY);
  refuseHelpers(config, host);
  const others = othersIn(config, host);
  const key = host === 'docker.io' ? DOCKER_HUB_KEY : host;
  return written({ ...config, auths: { ...others, [key]: { auth: basicOf(username, password) } } });
}

/** Without any credential of that registry; undefined when there is none in it. @throws {DockerConfigError} */
export function withoutCredential(json: string, host: string): string | undefined {
  const config = parseDockerConfig(json);
  const others = othersIn(config, host);
  const before = Object.keys(objectOr(config.auths, '"auths"'));
  if (Object.keys(others).length === before.length) return undefined;
  return written({ ...config, auths: others });
}

function othersIn({ auths }: Record<string, unknown>, host: string): Record<string, unknown> {
  const entries = Object.entries(objectOr(auths, '"auths"'));
  return Object.fromEntries(entries.filter(([key]) => normalKey(key) !== host));
}

function refuseHelpers(config: Record<string, unknown>, host: string): void {
  const { credsStore } = config;
  const helpers = Object.keys(objectOr(config.credHelpers, '"credHelpers"'));
  const isHelped = helpers.some((key) => normalKey(key) === host);
  if (!isHelped && (typeof credsStore !== 'string' || credsStore === '')) return;
  const what = isHelped ? `the credential helper of ${host}` : `credsStore ${credsStore}`;
  throw new DockerConfigError(
    `it keeps the credentials of ${host} with ${what}, which is never run; expected a config.json of its own: set DOCKER_CONFIG to another folder`,
  );
}

/** As docker writes it. */
function written(config: Record<string, unknown>): string {
  return `${JSON.stringify(config, null, '\t')}\n`;
}
