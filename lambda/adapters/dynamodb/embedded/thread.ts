import { Worker } from 'node:worker_threads';
import { messageOf } from '../../../domain/errors.ts';
import { StoreError } from '../errors.ts';
import type { Answer } from './answer.ts';
import { type Patience, PendingAnswers } from './pending-answers.ts';
import type { WorkerAnswer, WorkerInput, WorkerReport, WorkerRequest } from './worker.ts';

/** How long requests that are under way may take to end. */
const LAST_WORDS = 10_000;

/** The thread that has the database open: it answers this process, and others on a port of its own. */
export class DatabaseThread {
  readonly #worker: Worker;
  readonly port: number;
  readonly #pending = new PendingAnswers();
  #ended: string | undefined;

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.port = port;
    worker.on('error', (error) => {
      this.#ended ??= error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      this.#ended ??= 'closed';
      this.#pending.failAll(gone(this.#ended));
    });
    worker.on('message', ({ id, answer }: WorkerAnswer) => this.#pending.settle(id, answer));
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

  /**
   * @param target - of the header `x-amz-target`
   * @param text - the request: JSON
   * @throws {StoreError} `UNAVAILABLE` when the thread has ended; as {@link PendingAnswers.open}
   */
  async ask(target: string, text: string, patience: Patience): Promise<Answer> {
    if (this.#ended !== undefined) throw gone(this.#ended);
    const { id, answer } = this.#pending.open(patience);
    this.#send({ kind: 'ask', id, target, text });
    return answer;
  }

  /** Resolves when what was under way has ended and another process may open the database. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.ref();
    this.#send({ kind: 'stop' });
    const late = setTimeout(() => void this.#worker.terminate(), LAST_WORDS);
    await exited;
    clearTimeout(late);
  }

  #send(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }
}

function gone(why: string): StoreError {
  return new StoreError('UNAVAILABLE', `the embedded database has ended: ${why}`);
}

function firstReport(worker: Worker): Promise<WorkerReport> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (cause) => {
      reject(new StoreError('FAILED', `start the embedded database: ${messageOf(cause)}`, cause));
    });
  });
}
