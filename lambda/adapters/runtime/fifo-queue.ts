import type { Clock, Job, JobMessage, Logger, WorkQueue } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import { between, type Duration, MINUTE, SECOND, type Timestamp } from '../../domain/time.ts';

/** SQS drops a message whose deduplication id it took within this time. */
const DEDUPLICATION: Duration = 5 * MINUTE;

export interface FifoOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** A message that is not acknowledged within this time comes again. */
  readonly visibility?: Duration;
  /** How soon a message comes again whose handler threw. */
  readonly retryAfter?: Duration;
  /** After this many receives a message goes to the dead letters. */
  readonly maxReceives?: number;
}

export interface FifoQueue extends WorkQueue {
  /** Messages that nobody could handle, oldest first. */
  readonly deadLetters: readonly JobMessage[];
  /** Messages that wait or are in flight. */
  readonly size: number;
}

interface Entry {
  readonly deduplicationId: string;
  /** JSON, as on a wire: nobody may change what another receive will see. */
  readonly text: string;
  receives: number;
  /** Of the receive that may acknowledge it: a handler that took too long may not. */
  receipt: number;
}

/** The messages of one group, in order; the first is in flight while `hidden`. */
interface Group {
  readonly entries: Entry[];
  hidden: boolean;
}

/**
 * The queue of one process, with what SQS FIFO promises: order within a group, one message of a
 * group in flight, at-least-once delivery, redelivery after the visibility time, deduplication for
 * five minutes, dead letters after too many receives.
 */
export function createFifoQueue(options: FifoOptions): FifoQueue {
  return new InProcessFifo(options);
}

class InProcessFifo implements FifoQueue {
  readonly deadLetters: JobMessage[] = [];
  readonly #options: Required<FifoOptions>;
  readonly #groups = new Map<string, Group>();
  readonly #sent = new Map<string, Timestamp>();
  readonly #watchers = new Set<() => void>();
  #size = 0;

  constructor(options: FifoOptions) {
    this.#options = {
      visibility: 30 * MINUTE,
      retryAfter: 10 * SECOND,
      maxReceives: 3,
      ...options,
    };
  }

  get size(): number {
    return this.#size;
  }

  async send(messages: readonly JobMessage[]): Promise<void> {
    const now = this.#options.clock.now();
    this.#forget(now);
    for (const message of messages) {
      if (this.#sent.has(message.deduplicationId)) continue;
      this.#sent.set(message.deduplicationId, now);
      const text = JSON.stringify(message);
      const { group, deduplicationId } = message;
      this.#groupOf(group).entries.push({ deduplicationId, text, receives: 0, receipt: 0 });
      this.#size++;
    }
    this.#changed();
  }

  async work(
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
    { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!signal.aborted) {
      const next = running.size < concurrency ? this.#receive() : undefined;
      if (next === undefined) {
        await this.#change(signal);
        continue;
      }
      const handled = this.#handle(next, handler, signal).finally(() => {
        running.delete(handled);
        this.#changed();
      });
      running.add(handled);
    }
    await Promise.allSettled(running);
  }

  async drained(
    remaining: number,
    { group, signal }: { readonly group?: string; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const left = () =>
      group === undefined ? this.#size : (this.#groups.get(group)?.entries.length ?? 0);
    while (left() > remaining) {
      signal?.throwIfAborted();
      await this.#change(signal);
    }
  }

  /** The first message of the group that waited longest for its turn. */
  #receive(): { group: Group; entry: Entry } | undefined {
    for (const [id, group] of this.#groups) {
      const entry = group.entries[0];
      if (group.hidden || entry === undefined) continue;
      if (entry.receives >= this.#options.maxReceives) {
        this.deadLetters.push(messageIn(entry));
        this.#options.log.error('message given up', { id: entry.deduplicationId });
        this.#drop(group);
        return this.#receive();
      }
      this.#groups.delete(id);
      this.#groups.set(id, group);
      group.hidden = true;
      entry.receives++;
      return { group, entry };
    }
    return undefined;
  }

  async #handle(
    { group, entry }: { group: Group; entry: Entry },
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const receipt = ++entry.receipt;
    const settled = new AbortController();
    void this.#showLater(group, entry, receipt, this.#options.visibility, settled.signal);
    try {
      await handler(messageIn(entry).body, signal);
      if (entry.receipt === receipt) this.#drop(group);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#options.log.warn('message comes again', {
        id: entry.deduplicationId,
        why: messageOf(thrown),
      });
      void this.#showLater(group, entry, receipt, this.#options.retryAfter, signal);
    } finally {
      settled.abort();
    }
  }

  async #showLater(
    group: Group,
    entry: Entry,
    receipt: number,
    after: Duration,
    cancelled: AbortSignal,
  ): Promise<void> {
    try {
      await this.#options.clock.sleep(after, cancelled);
    } catch {
      return;
    }
    if (entry.receipt !== receipt || group.entries[0] !== entry) return;
    entry.receipt++;
    group.hidden = false;
    this.#changed();
  }

  #drop(group: Group): void {
    group.entries.shift();
    group.hidden = false;
    this.#size--;
    this.#changed();
  }

  #groupOf(id: string): Group {
    const group = this.#groups.get(id) ?? { entries: [], hidden: false };
    this.#groups.set(id, group);
    return group;
  }

  #forget(now: Timestamp): void {
    for (const [id, at] of this.#sent) {
      if (between(at, now) < DEDUPLICATION) return;
      this.#sent.delete(id);
    }
  }

  #changed(): void {
    for (const wake of [...this.#watchers]) wake();
  }

  #change(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#watchers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#watchers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
      if (signal?.aborted) wake();
    });
  }
}

function messageIn({ text }: Entry): JobMessage {
  return JSON.parse(text);
}
