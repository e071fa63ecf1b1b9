/** The queue between dispatch and scan. */
import type { TagKey } from '../../domain/reference.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { LaneId, Unit } from '../../domain/watch.ts';

/** Of the messages that are about no lane, so that they wait behind no registry. */
export const REQUESTS_GROUP = 'requests';

/** One message of the FIFO queue; `group` is the lane, or {@link REQUESTS_GROUP}. */
export interface JobMessage {
  readonly group: LaneId;
  /** `<lane>/<round>/<unit>`: the same one within five minutes is dropped. */
  readonly deduplicationId: string;
  readonly body: Job;
}

export type Job = CheckJob | EndOfRound | TestAlert | AcknowledgeJob;

export interface CheckJob {
  readonly v: 1;
  readonly kind: 'check';
  readonly id: string;
  readonly tick: Timestamp;
  readonly sentAt: Timestamp;
  readonly offset: number;
  readonly unit: Unit;
  /** Present when this is the first check of a unit that apply wrote. */
  readonly applyId?: string;
  /** Part of a unit: tags that are pending, or that a filter chose. */
  readonly partial?: true;
  /** Of its lane, whose later rounds check the same again; absent when the job is of none. */
  readonly round?: number;
  /** How many jobs sent one another before this one: 1 for the rest or a part of one that dispatch sent. */
  readonly depth?: number;
}

/** The last message of a round: when it is handled, the lane may be filled again, or it is sent again behind deeper jobs. */
export interface EndOfRound {
  readonly v: 1;
  readonly kind: 'end-of-round';
  readonly lane: LaneId;
  readonly round: number;
  readonly tick: Timestamp;
  /** Of the jobs in front of it. */
  readonly depth?: number;
}

/** Somebody wants to see whether alerts arrive. */
export interface TestAlert {
  readonly v: 1;
  readonly kind: 'test-alert';
  /** Of the event's subject, `test:<id>`. */
  readonly id: string;
  readonly sentAt: Timestamp;
  readonly severity: Severity;
  /** `key=value` */
  readonly labels: readonly string[];
}

/** Somebody says that what an event is about is fine. */
export interface AcknowledgeJob {
  readonly v: 1;
  readonly kind: 'acknowledge';
  /** Of the request: the event that comes of it has it in its data. */
  readonly id: string;
  readonly sentAt: Timestamp;
  /** Of the event. */
  readonly subject: TagKey;
  readonly seq: number;
  readonly reason: string;
}

export interface JobQueue {
  /**
   * Resolves when all were taken. Messages of one group arrive in the order of the calls; within one
   * call, one that the queue had to be given again may come after those behind it.
   *
   * @throws {JobsRefused} when some never will be; the others were taken
   */
  send(messages: readonly JobMessage[]): Promise<void>;
}

/** These very messages (too long) are not taken, now or later: sending them again is pointless. */
export class JobsRefused extends Error {
  override name = 'JobsRefused';
}

/** The queue inside one process, with the promises of SQS FIFO. */
export interface WorkQueue extends JobQueue {
  /** Works messages until the signal aborts; resolves when the handlers under way have ended. */
  work(
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
    options: { readonly concurrency: number; readonly signal: AbortSignal },
  ): Promise<void>;
  /** Resolves when at most that many messages, of one group or of all, are waiting or in flight. */
  drained(
    remaining: number,
    options?: { readonly group?: LaneId; readonly signal?: AbortSignal },
  ): Promise<void>;
}
