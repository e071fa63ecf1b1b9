import { EmbeddedDatabase } from '../../../lambda/adapters/dynamodb/embedded/database.ts';
import type { OperationName } from '../../../lambda/adapters/dynamodb/embedded/operations.ts';
import { INDEX } from '../../../lambda/contract/table-schema.ts';

export const WRITES: readonly OperationName[] = [
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
];

/** As much of a request as decides what goes wrong with it. */
interface Request {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>;
}

/**
 * The embedded database and a copy that follows it: while the copy is held back, what may be stale
 * in DynamoDB is read from it. Everything else that DynamoDB may do to a caller can be asked for.
 */
export class FaultyDatabase {
  readonly #tableName: string;
  readonly #primary: EmbeddedDatabase;
  readonly #copy: EmbeddedDatabase;
  #behind: { operation: OperationName; request: string }[] = [];
  #held: { indexes: boolean; reads: boolean } | undefined;
  #crash: { left: number; when: 'before' | 'after'; which: 'write' | 'any' } | undefined;
  #throttled = 0;
  #unprocessed = { times: 0, share: 0 };
  #counts: Partial<Record<OperationName, number>> = {};
  #dead = false;

  constructor(tableName: string) {
    this.#tableName = tableName;
    this.#primary = new EmbeddedDatabase(tableName, undefined);
    this.#copy = new EmbeddedDatabase(tableName, undefined);
  }

  async open(): Promise<void> {
    await Promise.all([this.#primary.open(), this.#copy.open()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#primary.close(), this.#copy.close()]);
  }

  /** Requests that arrived, by operation. */
  get counts(): Readonly<Partial<Record<OperationName, number>>> {
    return this.#counts;
  }

  get writes(): number {
    return WRITES.reduce((sum, operation) => sum + (this.#counts[operation] ?? 0), 0);
  }

  resetCounts(): void {
    this.#counts = {};
  }

  /** From now on global indexes, reads that are not consistent, or both are as they are now. */
  holdBack(what: 'indexes' | 'reads' | 'both'): void {
    this.#held = { indexes: what !== 'reads', reads: what !== 'indexes' };
  }

  async catchUp(): Promise<void> {
    this.#held = undefined;
    for (const { operation, request } of this.#behind.splice(0)) {
      await this.#copy.answer(operation, JSON.parse(request));
    }
  }

  /** The n-th request (of that kind, counting from now) and all after it fail, until {@link revive}. */
  crashAt(n: number, when: 'before' | 'after', which: 'write' | 'any' = 'write'): void {
    this.#crash = { left: n, when, which };
  }

  get crashed(): boolean {
    return this.#dead;
  }

  /** Also takes back a crash that has not happened. */
  revive(): void {
    this.#dead = false;
    this.#crash = undefined;
  }

  /** The next requests are refused as too many. */
  throttle(times: number): void {
    this.#throttled = times;
  }

  /** The next batches leave that share of their items undone. */
  leaveUnprocessed(times: number, share = 0.5): void {
    this.#unprocessed = { times, share };
  }

  async answer(operation: OperationName, request: object): Promise<object> {
    this.#counts[operation] = (this.#counts[operation] ?? 0) + 1;
    const dies = this.#diesNow(operation);
    if (this.#dead || dies === 'before') return this.#die();
    if (this.#throttled > 0) {
      this.#throttled--;
      throw failure(400, 'ProvisionedThroughputExceededException');
    }
    const answer = await this.#answer(operation, request as Request);
    return dies === 'after' ? this.#die() : answer;
  }

  async #answer(operation: OperationName, request: Request): Promise<object> {
    if (operation.startsWith('Batch') && this.#unprocessed.times > 0) {
      this.#unprocessed.times--;
      return this.#answerInPart(operation, request);
    }
    return this.#perform(operation, request);
  }

  async #perform(operation: OperationName, request: Request): Promise<object> {
    if (!WRITES.includes(operation)) {
      const database = this.#isStale(operation, request) ? this.#copy : this.#primary;
      return database.answer(operation, request);
    }
    const copy = JSON.stringify(request);
    const answer = await this.#primary.answer(operation, request);
    if (this.#held === undefined) await this.#copy.answer(operation, JSON.parse(copy));
    else this.#behind.push({ operation, request: copy });
    return answer;
  }

  async #answerInPart(operation: OperationName, request: Request): Promise<object> {
    const all: object | undefined = request.RequestItems?.[this.#tableName];
    const isGet = operation === 'BatchGetItem';
    const entries = isGet ? (all as { Keys: unknown[] }).Keys : (all as unknown[]);
    const left = Math.ceil(entries.length * this.#unprocessed.share);
    const [undone, done] = [entries.slice(0, left), entries.slice(left)];
    const part = (some: unknown[]) => ({
      [this.#tableName]: isGet ? { ...all, Keys: some } : some,
    });
    const answer =
      done.length === 0
        ? { Responses: {} }
        : await this.#perform(operation, { ...request, RequestItems: part(done) } as Request);
    return { ...answer, [isGet ? 'UnprocessedKeys' : 'UnprocessedItems']: part(undone) };
  }

  #isStale(operation: OperationName, request: Request): boolean {
    if (this.#held === undefined) return false;
    const index = request.IndexName;
    if (index !== undefined && index !== INDEX.marks) return this.#held.indexes;
    return this.#held.reads && !isConsistent(operation, request);
  }

  #diesNow(operation: OperationName): 'before' | 'after' | undefined {
    const crash = this.#crash;
    if (crash === undefined) return undefined;
    if (crash.which === 'write' && !WRITES.includes(operation)) return undefined;
    crash.left--;
    return crash.left === 0 ? crash.when : undefined;
  }

  #die(): never {
    this.#dead = true;
    throw failure(500, 'InternalServerError');
  }
}

function isConsistent(operation: OperationName, request: Request): boolean {
  if (operation !== 'BatchGetItem') return request.ConsistentRead === true;
  return Object.values(request.RequestItems ?? {}).every((each) => each.ConsistentRead === true);
}

function failure(statusCode: number, name: string): Error {
  return Object.assign(new Error(name), {
    statusCode,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'injected' },
  });
}
