import { Worker } from 'node:worker_threads';
import { messageOf } from '../../../domain/errors.ts';
import { StoreError } from '../errors.ts';
import type { WorkerInput, WorkerReport } from './worker.ts';

/** How long requests that are under way may take to end. */
const LAST_WORDS = 10_000;

/** The thread that has the database open and answers on a port of its own. */
export class DatabaseThread {
  readonly #worker: Worker;
  readonly port: number;
  #ended: string | undefined;

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.port = port;
    worker.on('error', (error) => {
      this.#ended ??= error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      this.#ended ??= 'closed';
    });
    // A program that ends without closing the store ends all the same: nothing is lost by that.
    worker.unref();
  }

  /** @throws {StoreError} `IN_USE` when another process has the database open */
  static async start(workerData: WorkerInput): Promise<DatabaseThread> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
    const report = await firstReport(worker);
    if (report.kind === 'listening') return new DatabaseThread(worker, report.port);
    await worker.terminate();
    throw report.code === 'LEVEL_LOCKED'
      ? new StoreError('IN_USE', 'another process has the store open')
      : new StoreError(report.full ? 'FULL' : 'FAILED', `open the store: ${report.message}`);
  }

  /** Why it answers no more; undefined while it does. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Resolves when what was under way has ended and another process may open the database. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.ref();
    this.#worker.postMessage('stop');
    const late = setTimeout(() => void this.#worker.terminate(), LAST_WORDS);
    await exited;
    clearTimeout(late);
  }
}

function firstReport(worker: Worker): Promise<WorkerReport> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (cause) => {
      reject(new StoreError('FAILED', `start the embedded database: ${messageOf(cause)}`, cause));
    });
  });
}
