/** Thread of the embedded database: it parses, answers and writes while the main thread scans. */
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { Access } from './access.ts';
import { type Answer, answerTo } from './answer.ts';
import { EmbeddedDatabase } from './database.ts';
import { deleteExpired } from './expiry.ts';
import { detailOf, isDiskFull } from './failure.ts';
import { createEndpoint } from './server.ts';

export interface WorkerInput {
  readonly tableName: string;
  /** Folder of the database; in memory without it. */
  readonly path?: string;
  readonly access: Access;
}

export type WorkerRequest =
  | { readonly kind: 'ask'; readonly id: number; readonly target: string; readonly text: string }
  | { readonly kind: 'stop' };

export interface WorkerAnswer {
  readonly kind: 'answer';
  readonly id: number;
  readonly answer: Answer;
}

/** The first thing that it says. */
export type WorkerReport =
  | { readonly kind: 'listening'; readonly port: number }
  | {
      readonly kind: 'failed';
      readonly code: string | undefined;
      readonly message: string;
      readonly full: boolean;
    };

const { tableName, path, access } = workerData as WorkerInput;
const database = new EmbeddedDatabase(tableName, path);
const endpoint = createEndpoint(database, access);
const stopping = new AbortController();

async function start(): Promise<number> {
  await database.open();
  await new Promise<void>((resolve, reject) => {
    endpoint.once('error', reject);
    endpoint.listen(0, '127.0.0.1', resolve);
  });
  return (endpoint.address() as AddressInfo).port;
}

async function stop(): Promise<void> {
  stopping.abort();
  const closed = new Promise<void>((resolve) => endpoint.close(() => resolve()));
  // Requests under way are answered; connections that are kept for later ones are not waited for.
  endpoint.closeIdleConnections();
  await closed;
  await database.close();
  parentPort?.close();
}

async function answerFor({ id, target, text }: WorkerRequest & { kind: 'ask' }): Promise<void> {
  const answer = await answerTo(database, target, text);
  const message: WorkerAnswer = { kind: 'answer', id, answer };
  parentPort?.postMessage(message, [answer.body.buffer as ArrayBuffer]);
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (request: WorkerRequest) => {
  void (request.kind === 'ask' ? answerFor(request) : stop());
});
try {
  report({ kind: 'listening', port: await start() });
  void deleteExpired(database, tableName, stopping.signal);
} catch (thrown) {
  const { code } = ((thrown as Error).cause ?? thrown) as { code?: string };
  report({ kind: 'failed', code, message: detailOf(thrown), full: isDiskFull(thrown) });
}
