/** Thread of the embedded database: it parses and writes while the main thread scans. */
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { Access } from './access.ts';
import { EmbeddedDatabase } from './database.ts';
import { createEndpoint } from './server.ts';

export interface WorkerInput {
  readonly tableName: string;
  /** Folder of the database; in memory without it. */
  readonly path?: string;
  readonly access: Access;
}

export type WorkerReport =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'closed' };

const { tableName, path, access } = workerData as WorkerInput;
const database = new EmbeddedDatabase(tableName, path);
const endpoint = createEndpoint(database, access);

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

async function start(): Promise<void> {
  try {
    await database.open();
    await new Promise<void>((resolve, reject) => {
      endpoint.once('error', reject);
      endpoint.listen(0, '127.0.0.1', resolve);
    });
    report({ kind: 'listening', port: (endpoint.address() as AddressInfo).port });
  } catch (thrown) {
    const { code, message, cause } = thrown as Error & { code?: string; cause?: Error };
    const { code: deeper = code ?? '' } = (cause ?? {}) as { code?: string };
    report({ kind: 'failed', code: deeper, message: cause?.message ?? message });
  }
}

async function stop(): Promise<void> {
  await new Promise<void>((resolve) => {
    endpoint.close(() => resolve());
    endpoint.closeIdleConnections();
    setTimeout(() => endpoint.closeAllConnections(), 2_000).unref();
  });
  await database.close();
  report({ kind: 'closed' });
  parentPort?.close();
}

parentPort?.once('message', () => void stop());
await start();
