import { ENVIRONMENT } from './contract/environment.ts';

/** What the environment says. The only reader of it besides bin/. */
export interface Settings {
  /** Folder of the embedded store. */
  readonly dataDir?: string;
  /** Name of a deployed stack. */
  readonly stack?: string;
  readonly logLevel: LogLevel;
  /** Docker's `config.json`: credentials of registries. Absent when there is no home folder. */
  readonly dockerConfig?: string;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as absent, as shells make no difference. */
export function readSettings(env: Environment = process.env): Settings {
  const dataDir = env[ENVIRONMENT.dataDir];
  const stack = env[ENVIRONMENT.stack];
  const dockerConfig = dockerConfigOf(env);
  return {
    logLevel: LOG_LEVELS.find((level) => level === env[ENVIRONMENT.logLevel]) ?? 'warn',
    ...(dataDir && { dataDir }),
    ...(stack && { stack }),
    ...(dockerConfig && { dockerConfig }),
  };
}

/** As Docker looks for it: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
function dockerConfigOf(env: Environment): string | undefined {
  if (env.DOCKER_CONFIG) return `${env.DOCKER_CONFIG}/config.json`;
  const home = env.HOME || env.USERPROFILE;
  return home ? `${home}/.docker/config.json` : undefined;
}
