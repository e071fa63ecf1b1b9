import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeers } from '../test/interop/peers.ts';
import { Child, typical } from './child.ts';
import type { Figure } from './figure.ts';
import { repositoryOf, tagOf } from './fleet.ts';
import type { HeadFigure } from './heads.ts';
import { timeOf } from './image.ts';
import type { TlsRegistry } from './tls-registry.ts';

const MANY = 10_000;
const ROUNDS = 16;
const CONNECTIONS = 64;
const FEW = 1_000;
/** Milliseconds. */
const LATENCY = 20;
const ROUNDS_OF_FEW = 8;
/** Of the client, unless it is told otherwise. */
const USUAL_CONNECTIONS = 16;

/** What the registry client costs beside bare undici, and what it leaves of the ideal. */
export async function clientFigures(progress: (text: string) => void): Promise<Figure[]> {
  progress(`asking for ${MANY} digests over TLS with a token, ${ROUNDS} times …`);
  const busy = await using(0, (place) => sideBySide(place, MANY, CONNECTIONS, ROUNDS));
  progress(`asking for ${FEW} digests that take ${LATENCY} ms each, ${ROUNDS_OF_FEW} times …`);
  const slow = await using(LATENCY, (place) =>
    sideBySide(place, FEW, USUAL_CONNECTIONS, ROUNDS_OF_FEW),
  );
  progress(`asking for ${MANY} digests beside a registry that hangs, ${ROUNDS} times …`);
  const beside = await using(0, besideOneThatHangs);
  progress(`asking for ${FEW} digests with crane …`);
  const peers = await using(0, againstCrane);
  return [...costs(busy), ...waiting(slow), beside, peers];
}

async function using<T>(latency: number, use: (place: string) => Promise<T>): Promise<T> {
  const server = new Child('tls-registry.ts', latency);
  try {
    return await use(await server.line());
  } finally {
    await server.stop();
  }
}

interface Both {
  readonly floors: readonly HeadFigure[];
  readonly clients: readonly HeadFigure[];
}

/** In turns, so that whatever else the machine does meets both. */
async function sideBySide(
  place: string,
  count: number,
  connections: number,
  rounds: number,
  kinds: readonly [string, string] = ['floor', 'client'],
  ...more: readonly (string | number)[]
): Promise<Both> {
  const [floor, client] = kinds.map(
    (kind) => new Child('heads.ts', kind, place, count, connections, ...more),
  ) as [Child, Child];
  const [floors, clients]: [HeadFigure[], HeadFigure[]] = [[], []];
  try {
    for (let round = 0; round < rounds; round += 1) {
      floors.push(await floor.round());
      clients.push(await client.round());
    }
  } finally {
    await Promise.all([floor.stop(), client.stop()]);
  }
  return { floors, clients };
}

function of(figures: readonly HeadFigure[], name: keyof HeadFigure): number {
  return typical(figures.map((figure) => figure[name]));
}

function costs({ floors, clients }: Both): Figure[] {
  const [rate, floorRate] = [of(clients, 'rate'), of(floors, 'rate')];
  const [cpu, floorCpu] = [of(clients, 'cpu'), of(floors, 'cpu')];
  const connections = clients.at(-1)?.connections ?? Number.NaN;
  const how = `${MANY} unchanged tags over TLS with a token, ${CONNECTIONS} connections, warm; floor: undici request, reset: false; in turns`;
  return [
    {
      what: 'HEADs of the client, against bare undici',
      found: `${percent(rate / floorRate)} (${Math.round(rate)}/s of ${Math.round(floorRate)}/s)`,
      goal: 'at least 60 %',
      met: rate / floorRate >= 0.6,
      how,
    },
    {
      what: 'CPU of the client per HEAD, against bare undici',
      found: `${(cpu / floorCpu).toFixed(2)} × (${cpu.toFixed(1)} µs of ${floorCpu.toFixed(1)} µs)`,
      goal: 'at most 1.8 ×',
      met: cpu / floorCpu <= 1.8,
      how: 'the same',
    },
    {
      what: 'new connections per HEAD',
      found: (connections / MANY).toFixed(4),
      goal: '0',
      met: connections === 0,
      how: 'counted by the registry over a round',
    },
  ];
}

function waiting({ floors, clients }: Both): Figure[] {
  const ideal = (FEW * LATENCY) / USUAL_CONNECTIONS;
  const wall = (FEW / of(clients, 'rate')) * 1000;
  const floor = (FEW / of(floors, 'rate')) * 1000;
  const requests = (clients.at(-1)?.requests ?? Number.NaN) / FEW;
  return [
    {
      what: `${FEW} tags at ${LATENCY} ms, against the ideal`,
      found: `${(wall / ideal).toFixed(2)} × (undici: ${(floor / ideal).toFixed(2)} ×)`,
      goal: 'at most 1.3 ×',
      met: wall / ideal <= 1.3,
      how: `ideal: requests × latency ÷ ${USUAL_CONNECTIONS} connections; warm`,
    },
    {
      what: 'requests per tag',
      found: requests.toFixed(4),
      goal: '1',
      met: requests === 1,
      how: 'the same, counted by the registry',
    },
  ];
}

/** Attack: to be so slow that nobody else is looked at. */
async function besideOneThatHangs(place: string): Promise<Figure> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  try {
    const kinds = ['client', 'beside'] as const;
    const both = await sideBySide(place, MANY, USUAL_CONNECTIONS, ROUNDS, kinds, port);
    const [alone, beside] = [of(both.floors, 'rate'), of(both.clients, 'rate')];
    return {
      what: 'HEADs beside a registry that hangs',
      found: `${percent(beside / alone)} (${Math.round(beside)}/s of ${Math.round(alone)}/s)`,
      goal: 'at least 80 %',
      met: beside / alone >= 0.8,
      how: `${USUAL_CONNECTIONS} requests at once to the one that hangs, all the time; the same client; in turns`,
    };
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** A process per tag, sixteen at a time, as people do it. */
async function againstCrane(place: string): Promise<Figure> {
  const crane = findPeers()?.crane;
  const { port, ca } = JSON.parse(place) as TlsRegistry;
  const client = new Child('heads.ts', 'client', place, FEW, USUAL_CONNECTIONS);
  const rounds: number[] = [];
  for (let round = 0; round < 4; round += 1) rounds.push((await client.round<HeadFigure>()).rate);
  await client.stop();
  const ours = (FEW / typical(rounds)) * 1000;
  const what = `crane digest of ${FEW} tags, xargs -P16`;
  const figure = { what, goal: '–', how: 'a process per tag, against one warm client' };
  if (crane === undefined) return { ...figure, found: 'no crane: npm run test:interop' };
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-bench-'));
  try {
    await writeFile(join(folder, 'ca.pem'), ca);
    const names = Array.from(
      { length: FEW },
      (_, tag) => `127.0.0.1:${port}/${repositoryOf(tag)}:${tagOf(tag)}`,
    );
    await writeFile(join(folder, 'tags'), names.join('\n'));
    const theirs = await timeOf(() => xargs(crane, folder));
    return {
      ...figure,
      found: `${(theirs / ours).toFixed(0)} × (${Math.round(theirs)} ms of ${Math.round(ours)} ms)`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function xargs(crane: string, folder: string): Promise<number> {
  const script = 'xargs -P16 -n1 "$1" digest < "$2/tags" > /dev/null 2>&1';
  const env = { PATH: process.env.PATH, HOME: folder, SSL_CERT_FILE: join(folder, 'ca.pem') };
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', script, 'sh', crane, folder], { env }, (error) =>
      error === null ? resolve(0) : reject(error),
    );
  });
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
