import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../support/registry/index.ts';
import type { Peers } from './peers.ts';
import { startServer } from './process.ts';

export interface RunningRegistry {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Each starts empty, on a free loopback port. */
export const REGISTRIES = {
  'crane registry serve': ({ crane }: Peers) =>
    serving([crane, 'registry', 'serve', '--address', '127.0.0.1:0']),
  'distribution v3': distribution,
  'our registry double with referrers': () => double(true),
  'our registry double without referrers': () => double(false),
  'go-containerregistry with referrers': ({ refreg }: Peers) => serving([refreg]),
} as const satisfies Record<string, (peers: Peers) => Promise<RunningRegistry>>;

async function serving(command: readonly string[]): Promise<RunningRegistry> {
  const { announced, stop } = await startServer(command, /serving on port (\d+)/);
  return { host: `127.0.0.1:${announced}`, stop };
}

async function double(referrers: boolean): Promise<RunningRegistry> {
  const registry = await startRegistry({ referrers });
  return { host: registry.host, stop: () => registry.close() };
}

async function distribution({ registry }: Peers): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-distribution-'));
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'info', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: '127.0.0.1:0' },
    }),
  );
  const server = await startServer([registry, 'serve', config], /listening on 127\.0\.0\.1:(\d+)/, {
    OTEL_TRACES_EXPORTER: 'none',
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { host: `127.0.0.1:${server.announced}`, stop };
}
