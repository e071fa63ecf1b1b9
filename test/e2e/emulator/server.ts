import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Agent, request } from 'undici';
import { selfSigned } from '../../support/registry/certificate.ts';
import { until } from '../until.ts';
import { FUNCTIONS_FOLDER, type Host, NETWORK_FILE } from './hosts.ts';

const NETWORK = join(import.meta.dirname, 'network.ts');
const SERVER = join(import.meta.dirname, 'server.py');
const LOGS = join(import.meta.dirname, '../../../node_modules/.cache/e2e');
const START_TIME = 60_000;

/**
 * The server and the functions that it starts are one process group. It dies whole, however this
 * process ends: the shell kills it when its own input is closed, which even SIGKILL cannot prevent.
 */
const LEASH = '"$@" & read -r _; kill -KILL 0';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** AWS on loopback: ministack, which runs functions as processes of this machine. */
export class Emulator {
  /** `http://127.0.0.1:<port>`; https where permissions are enforced. */
  readonly url: string;
  /** All that a client needs in its environment; nothing of the tester's but the PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** PEM of the certificate, where TLS is spoken. */
  readonly certificate: string | undefined;
  readonly #folder: string;
  readonly #hosts: Host[] = [];
  readonly #stop: () => Promise<void>;

  private constructor(
    folder: string,
    url: string,
    certificate: string | undefined,
    stop: () => Promise<void>,
  ) {
    this.url = url;
    this.certificate = certificate;
    this.env = clientEnv(folder, url, certificate !== undefined);
    this.#folder = folder;
    this.#stop = stop;
  }

  /**
   * @param python The Python that has the package.
   * @param enforced Whether every request needs a permission, and TLS.
   */
  static async start(python: string, enforced: boolean): Promise<Emulator> {
    const folder = await mkdtemp(join(tmpdir(), 'tagwarden-e2e-'));
    for (const name of ['tmp', 'home', 'cdk', 'functions']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'hosts.json'), '[]');
    const certificate = enforced ? await writeCertificate(folder) : undefined;
    const port = await freePort();
    const stop = await startServer(folder, python, serverEnv(folder, port, enforced));
    const url = `${enforced ? 'https' : 'http'}://127.0.0.1:${port}`;
    const emulator = new Emulator(folder, url, certificate, stop);
    try {
      await emulator.#ready();
      return emulator;
    } catch (thrown) {
      const log = await emulator.log();
      await emulator.stop();
      throw new Error(`the emulator did not start: ${log}`, { cause: thrown });
    }
  }

  /** From now on functions know this host of the world outside. */
  async addHost(host: Host): Promise<void> {
    this.#hosts.push(host);
    await writeFile(join(this.#folder, 'hosts.json'), JSON.stringify(this.#hosts));
  }

  /** Process ids of the function's living instances. */
  async processesOf(functionName: string): Promise<readonly number[]> {
    const files = await this.#signedIn(functionName);
    return files.map((file) => Number(file.slice(file.lastIndexOf('.') + 1))).filter(isAlive);
  }

  /** Those of the function's role, as it last had them. @throws when it never ran. */
  async credentialsOf(functionName: string): Promise<Credentials> {
    const file = (await this.#signedIn(functionName)).at(-1);
    if (file === undefined) throw new Error(`${functionName} never ran`);
    return JSON.parse(await readFile(join(this.#folder, 'functions', file), 'utf8'));
  }

  async #signedIn(functionName: string): Promise<readonly string[]> {
    const files = await readdir(join(this.#folder, 'functions'));
    return files.filter((file) => file.startsWith(`${functionName}.`));
  }

  /** What the server and the functions said. */
  async log(): Promise<string> {
    return await readFile(join(this.#folder, 'log'), 'utf8');
  }

  /** The log of the last one of each kind is kept, to be read after a failure. */
  async stop(): Promise<void> {
    await this.#stop();
    await mkdir(LOGS, { recursive: true });
    const name = this.certificate === undefined ? 'plain' : 'enforced';
    await copyFile(join(this.#folder, 'log'), join(LOGS, `${name}.log`));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    const ca = this.certificate;
    const dispatcher = new Agent(ca === undefined ? {} : { connect: { ca } });
    await until('the emulator to start', { within: START_TIME, every: 100 }, async () => {
      const { statusCode, body } = await request(`${this.url}/_ministack/health`, { dispatcher });
      await body.dump();
      return statusCode === 200;
    });
    await dispatcher.close();
  }
}

async function startServer(
  folder: string,
  python: string,
  env: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const log = await open(join(folder, 'log'), 'w');
  const child = spawn('sh', ['-c', LEASH, 'sh', python, SERVER], {
    env,
    cwd: folder,
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
  });
  const exited = once(child, 'exit');
  await log.close();
  return async () => {
    child.stdin?.end();
    await exited;
  };
}

/** Functions inherit it: the Node of this process comes first, and nothing of the tester's gets in. */
function serverEnv(folder: string, port: number, enforced: boolean): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    S3_DATA_DIR: join(folder, 'tmp', 's3'),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    SFTP_ENABLED: '0',
    IOT_MTLS_ENABLED: '0',
    ...(enforced && {
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: join(folder, 'tls.crt'),
      MINISTACK_SSL_KEY: join(folder, 'tls.key'),
    }),
    NODE_OPTIONS: `--import=file://${NETWORK} --disable-warning=ExperimentalWarning`,
    [NETWORK_FILE]: join(folder, 'hosts.json'),
    [FUNCTIONS_FOLDER]: join(folder, 'functions'),
  };
}

function clientEnv(folder: string, url: string, tls: boolean): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    CDK_HOME: join(folder, 'cdk'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    ...(tls && { NODE_EXTRA_CA_CERTS: join(folder, 'tls.crt') }),
  };
}

async function writeCertificate(folder: string): Promise<string> {
  const { key, cert } = selfSigned();
  await writeFile(join(folder, 'tls.key'), key, { mode: 0o600 });
  await writeFile(join(folder, 'tls.crt'), cert);
  return cert;
}

/** Of that moment; the emulator refuses to start on a busy one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return address.port;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
