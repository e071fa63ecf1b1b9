import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenServer } from '../support/registry/token-server.ts';
import { startServer } from './process.ts';
import type { RunningRegistry } from './registries.ts';
import { Repository } from './repository.ts';

export const USER = { username: 'me', password: 'correct horse' };
/** `htpasswd -B` of {@link USER}: distribution takes nothing but bcrypt. */
const HTPASSWD = 'me:$2y$04$71VrzuG92hYmwEEgafm9B.TvhjmCb4UXBDxo2EM90mq/IVcW7y7oa\n';

export type Login = 'no login' | 'htpasswd' | 'tokens';
/** With `tokens`: anybody may read this one. */
export const PUBLIC = 'probe/public';
/** With `tokens`: only {@link USER} may read this one. */
export const PRIVATE = 'probe/private';

/**
 * A distribution registry, of whatever version the program is, with content that was pushed before
 * anybody was asked to log in.
 */
export async function startGuarded(
  program: string,
  login: Login,
  fill: (repository: (name: string) => Repository) => Promise<void>,
): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-guarded-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const open = await serve(program, folder, {});
  try {
    await fill((name) => new Repository(open.host, name));
  } catch (thrown) {
    await open.stop().then(remove);
    throw thrown;
  }
  if (login === 'no login') {
    return { host: open.host, stop: () => open.stop().then(remove) };
  }
  await open.stop();
  const tokens =
    login === 'tokens' ? await TokenServer.start({ users: [USER], allows }) : undefined;
  const auth = await authOf(folder, tokens);
  const registry = await serve(program, folder, { auth });
  const stop = async () => {
    await registry.stop();
    await tokens?.close();
    await remove();
  };
  return { host: registry.host, stop };
}

function allows(user: typeof USER | undefined, repository: string): string[] {
  return user !== undefined || repository === PUBLIC ? ['pull'] : [];
}

async function authOf(folder: string, tokens: TokenServer | undefined): Promise<object> {
  if (tokens === undefined) {
    await writeFile(join(folder, 'htpasswd'), HTPASSWD);
    return { htpasswd: { realm: 'registry.example', path: join(folder, 'htpasswd') } };
  }
  const { realm, service, issuer, certificate } = tokens;
  await writeFile(join(folder, 'tokens.pem'), certificate);
  return { token: { realm, service, issuer, rootcertbundle: join(folder, 'tokens.pem') } };
}

async function serve(program: string, folder: string, more: object): Promise<RunningRegistry> {
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'info', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: '127.0.0.1:0', secret: 'none' },
      ...more,
    }),
  );
  const ready = /listening on 127\.0\.0\.1:(\d+)/;
  const env = { OTEL_TRACES_EXPORTER: 'none' };
  const { announced, stop } = await startServer([program, 'serve', config], ready, env);
  return { host: `127.0.0.1:${announced}`, stop };
}
