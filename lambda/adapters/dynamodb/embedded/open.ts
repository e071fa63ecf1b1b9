import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KEY } from '../../../contract/table-schema.ts';
import { StoreError } from '../errors.ts';
import { keyOf } from '../item.ts';
import { newAccess } from './access.ts';
import { clientOf } from './client.ts';
import { DataDir, type Running } from './data-dir.ts';
import type { WorkerInput, WorkerReport } from './worker.ts';

/** The only table of the embedded database. */
export const EMBEDDED_TABLE = 'tagwarden';

export interface Embedded {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** True when this process has the database open, false when it talks to the one that has. */
  readonly owner: boolean;
  /** Resolves when everything is on the disk and the next process may open it. */
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder of the store. @default in memory */
  readonly dataDir?: string | undefined;
}

/** How long a process that has the database open may take to say so. */
const PATIENCE = 5_000;
const STEP = 50;

/**
 * Opens the embedded database in a thread of this process.
 *
 * @throws {StoreError} `IN_USE` when another process has it open; `DENIED` when the folder is not safe
 */
export async function openEmbedded(options: EmbeddedOptions = {}): Promise<Embedded> {
  const dataDir = options.dataDir === undefined ? undefined : new DataDir(options.dataDir);
  await dataDir?.prepare();
  const access = newAccess();
  const worker = startWorker({
    tableName: EMBEDDED_TABLE,
    access,
    ...(dataDir && { path: dataDir.database }),
  });
  const port = await portOf(worker);
  await dataDir?.announce({ v: 1, pid: process.pid, port, ...access });
  const client = clientOf(port, access);
  const close = async () => {
    client.destroy();
    await dataDir?.withdraw(access);
    await stopWorker(worker);
  };
  return embedded(client, port, true, once(close));
}

/** Talks to the process that has the store open, or opens it here if there is none. */
export async function connectOrOpen(options: { readonly dataDir: string }): Promise<Embedded> {
  const dataDir = new DataDir(options.dataDir);
  for (let waited = 0; ; waited += STEP) {
    const found = await connect(dataDir);
    if (found !== undefined) return found;
    try {
      return await openEmbedded(options);
    } catch (thrown) {
      // Between opening the database and announcing its port, or between withdrawing and closing.
      const busy = thrown instanceof StoreError && thrown.code === 'IN_USE';
      if (!busy || waited >= PATIENCE) throw thrown;
    }
    await pause(STEP);
  }
}

/** Undefined when nobody answers there, or not the store that wrote `store.json`. */
async function connect(dataDir: DataDir): Promise<Embedded | undefined> {
  const running = await dataDir.running();
  if (running === undefined) return undefined;
  const client = clientOf(running.port, running);
  try {
    await client.send(new GetItemCommand({ TableName: EMBEDDED_TABLE, Key: keyOf(KEY.store) }));
  } catch {
    client.destroy();
    return undefined;
  }
  sayWhoIsGone(client, running);
  return embedded(client, running.port, false, async () => client.destroy());
}

/** A connection that breaks is told as what it means here. */
function sayWhoIsGone(client: DynamoDBClient, { pid }: Running): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (thrown) {
        const { code } = thrown as { code?: unknown };
        if (code !== 'ECONNREFUSED' && code !== 'ECONNRESET' && code !== 'EPIPE') throw thrown;
        throw new StoreError(
          'UNAVAILABLE',
          `the process ${pid}, which had the store open, is gone: run the command again`,
          thrown,
        );
      }
    },
    { step: 'initialize', name: 'sayWhoIsGone', priority: 'high' },
  );
}

function embedded(
  client: DynamoDBClient,
  port: number,
  owner: boolean,
  close: () => Promise<void>,
): Embedded {
  const endpoint = `http://127.0.0.1:${port}`;
  return { client, tableName: EMBEDDED_TABLE, endpoint, owner, close };
}

function startWorker(workerData: WorkerInput): Worker {
  // Its errors are reported as messages; what the thread prints is nobody's business.
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData });
}

async function portOf(worker: Worker): Promise<number> {
  const report = await nextReport(worker);
  if (report.kind === 'listening') return report.port;
  await worker.terminate();
  if (report.kind === 'closed') throw new StoreError('FAILED', 'the embedded database closed');
  throw report.code === 'LEVEL_LOCKED'
    ? new StoreError('IN_USE', 'another process has the store open')
    : new StoreError('FAILED', `open the embedded database: ${report.message}`);
}

async function stopWorker(worker: Worker): Promise<void> {
  const closed = nextReport(worker);
  worker.postMessage('close');
  await closed;
  await worker.terminate();
}

function nextReport(worker: Worker): Promise<WorkerReport> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => resolve({ kind: 'closed' }));
  });
}

function once(run: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}
