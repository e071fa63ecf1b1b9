/**
 * Unchanged HEADs over TLS with a token, in a process of its own: `floor` is bare undici and nothing
 * else, `client` is the registry client as it is used, `beside` the same while another registry hangs.
 */
import { Pool } from 'undici';
import { createRegistryClient } from '../lambda/adapters/registry/index.ts';
import { forEachConcurrent } from '../lambda/application/concurrency.ts';
import type { Registry } from '../lambda/application/ports.ts';
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

const [kind, place = '', count = '', connections = '', hanging = ''] = process.argv.slice(2);
const { port, ca, token } = JSON.parse(place) as TlsRegistry;
const host = `127.0.0.1:${port}`;
const pool = new Pool(`https://${host}`, { connections: Number(connections), connect: { ca } });
const tags = Array.from({ length: Number(count) }, (_, index) => index);

await onDemand(measure(kind === 'floor' ? floor() : client()));
// Requests to one that hangs would keep us here.
process.exit();

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
    limits: { headDeadline: 2_000 },
    settings: [{ host, allowPrivate: false, plainHttp: false, ca }],
  });
  if (kind === 'beside') for (let n = 0; n < Number(connections); n += 1) void hang(registry);
  return async (tag) => {
    const found = await registry.headManifest(
      { registry: host, repository: repositoryOf(tag) },
      tagOf(tag),
    );
    return found.kind === 'found' ? found.digest : undefined;
  };
}

/** One request to a registry that never answers, again and again. */
async function hang(registry: Registry): Promise<void> {
  for (;;) {
    await registry
      .headManifest({ registry: `127.0.0.1:${hanging}`, repository: 'a' }, 'b')
      .catch(() => {});
  }
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
