/**
 * Unchanged HEADs over TLS with a token, in a process of its own: `floor` is bare undici and nothing
 * else, `client` is the registry client as it is used.
 */
import { Pool } from 'undici';
import { createRegistryClient } from '../lambda/adapters/registry/index.ts';
import { forEachConcurrent } from '../lambda/application/concurrency.ts';
import { onDemand } from './child.ts';
import { repositoryOf, tagOf } from './fleet.ts';
import type { Counts, TlsRegistry } from './tls-registry.ts';

export interface HeadFigure {
  /** Tags per second. */
  readonly rate: number;
  /** Microseconds of this process per tag. */
  readonly cpu: number;
  readonly requests: number;
  readonly connections: number;
}

const [kind, place = '', count = '', connections = ''] = process.argv.slice(2);
const { port, ca, token } = JSON.parse(place) as TlsRegistry;
const host = `127.0.0.1:${port}`;
const pool = new Pool(`https://${host}`, { connections: Number(connections), connect: { ca } });
const tags = Array.from({ length: Number(count) }, (_, index) => index);

await onDemand(measure(kind === 'floor' ? floor() : client()));
await pool.close();

type Head = (tag: number) => Promise<unknown>;

function floor(): Head {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.oci.image.manifest.v1+json',
    'accept-encoding': 'identity',
    'user-agent': 'floor',
  };
  return async (tag) => {
    const path = `/v2/${repositoryOf(tag)}/manifests/${tagOf(tag)}`;
    const reply = await pool.request({ method: 'HEAD', path, headers, reset: false });
    await reply.body.dump();
    return reply.headers['docker-content-digest'];
  };
}

function client(): Head {
  const registry = createRegistryClient({
    now: Date.now,
    allowLoopback: true,
    connections: Number(connections),
    settings: [{ host, allowPrivate: false, plainHttp: false, ca }],
  });
  return async (tag) => {
    const found = await registry.headManifest(
      { registry: host, repository: repositoryOf(tag) },
      tagOf(tag),
    );
    return found.kind === 'found' ? found.digest : undefined;
  };
}

function measure(head: Head): () => Promise<HeadFigure> {
  return async () => {
    const before = await counts();
    const cpu = process.cpuUsage();
    const started = performance.now();
    await forEachConcurrent(tags, Number(connections), async (tag) => {
      if ((await head(tag)) === undefined) throw new Error(`${kind}: no digest of ${tag}`);
    });
    const elapsed = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    const after = await counts();
    return {
      rate: (tags.length / elapsed) * 1000,
      cpu: (user + system) / tags.length,
      requests: after.requests - before.requests,
      connections: after.connections - before.connections,
    };
  };
}

async function counts(): Promise<Counts> {
  const { body } = await pool.request({ method: 'GET', path: '/counts' });
  return (await body.json()) as Counts;
}
