import { FUNCTION_MEMORY } from '../../contract/sizing.ts';
import type { Interval } from '../watch.ts';
import { type CostLine, line } from './lines.ts';

/** One unit of the schedule, as far as it costs anything. */
export interface ScheduledJob {
  readonly lane: string;
  readonly every: Interval;
  readonly slot: number;
  /** Of a filter: as many as it covers at most. */
  readonly tags: number;
  readonly isFilter: boolean;
  /** Requests that its registry takes in a second. */
  readonly perSecond: number;
  /** Of its message in the queue, and of its item in the table. */
  readonly messageBytes: number;
  readonly itemBytes: number;
}

export const MINUTES_PER_DAY = 1440;
export const DAYS = 30;

/** Counted by the database (`npm run bench`, test/application/capacity.test.ts). */
const CAPACITY = {
  readsPerTag: 0.5,
  /** Of the lane, by every job. */
  readsPerJob: 1,
  writesPerJob: 1,
  /** Claim, sent, ended; and the run. */
  readsPerRound: 3,
  writesPerRound: 4,
  /** Of a filter's tags, which are looked up by repository first: index and item. */
  readsPerFilteredTag: 1.05,
};
const READ_UNIT = 4096;
const QUEUE_CHUNK = 64 * 1024;
const MESSAGES_PER_SEND = 10;
const TAGS_PER_JOB = 100;
/** Seconds of a job besides its requests: reads, the receipt, the runtime. Observed on an emulator, generous. */
const OVERHEAD = 0.15;
/** START, END, REPORT, and the metrics of a job. */
const LOG_BYTES = 1_500;
/** A receipt, its keys included, and how long it is kept (days). */
const RECEIPT = { bytes: 700, days: 14 };
const GB = 1024 ** 3;

/** What a month of these jobs uses. */
export interface CheckUse {
  readonly checks: number;
  readonly jobs: number;
  readonly reads: number;
  readonly writes: number;
  readonly queueRequests: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly logGigabytes: number;
  readonly storedGigabytes: number;
}

const NOTHING: CheckUse = {
  ...{ checks: 0, jobs: 0, reads: 0, writes: 0, queueRequests: 0, invocations: 0 },
  ...{ gigabyteSeconds: 0, logGigabytes: 0, storedGigabytes: 0 },
};

/** The use of jobs of any lanes, with the rounds that they are sent in. */
export function useOf(jobs: readonly ScheduledJob[]): CheckUse {
  const rounds = [...Map.groupBy(jobs, ({ lane }) => lane).values()].map(roundsOf);
  return [...jobs.map(useOfJob), ...rounds].reduce(plus, NOTHING);
}

function useOfJob(job: ScheduledJob): CheckUse {
  const { tags, isFilter, every, perSecond, itemBytes, messageBytes } = job;
  const runs = (DAYS * MINUTES_PER_DAY) / every;
  // A filter's job only lists, and sends its tags as jobs of their own.
  const messages = isFilter ? 1 + Math.ceil(tags / TAGS_PER_JOB) : 1;
  const requests = tags + (isFilter ? Math.ceil(tags / 1000) : 0);
  const seconds = requests / perSecond + messages * OVERHEAD;
  const filtered = isFilter ? tags * CAPACITY.readsPerFilteredTag : 0;
  const sent = Math.max(1 / MESSAGES_PER_SEND, messageBytes / QUEUE_CHUNK);
  const received = Math.ceil(messageBytes / QUEUE_CHUNK) + 1;
  return {
    checks: runs * tags,
    jobs: runs * messages,
    reads:
      runs *
      (tags * CAPACITY.readsPerTag +
        filtered +
        messages * CAPACITY.readsPerJob +
        itemBytes / READ_UNIT),
    writes: runs * messages * CAPACITY.writesPerJob,
    queueRequests: runs * messages * (sent + received),
    invocations: runs * messages,
    gigabyteSeconds: (runs * seconds * FUNCTION_MEMORY.scan) / 1024,
    logGigabytes: (runs * messages * LOG_BYTES) / GB,
    storedGigabytes: (runs * messages * RECEIPT.bytes * (RECEIPT.days / DAYS)) / GB,
  };
}

/** What is sent in the same minute of one lane is one round, with one end marker. */
function roundsOf(jobs: readonly ScheduledJob[]): CheckUse {
  const busy = new Set<number>();
  for (const { every, slot } of jobs) {
    for (let minute = slot; minute < MINUTES_PER_DAY; minute += every) busy.add(minute);
  }
  const rounds = DAYS * busy.size;
  return {
    ...NOTHING,
    reads: rounds * CAPACITY.readsPerRound,
    writes: rounds * CAPACITY.writesPerRound,
    queueRequests: rounds * (2 + 1 / MESSAGES_PER_SEND),
    invocations: rounds,
    gigabyteSeconds: (rounds * OVERHEAD * FUNCTION_MEMORY.scan) / 1024,
    logGigabytes: (rounds * LOG_BYTES) / GB,
  };
}

function plus(a: CheckUse, b: CheckUse): CheckUse {
  const keys = Object.keys(NOTHING) as (keyof CheckUse)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as CheckUse;
}

export function linesOf(use: CheckUse): CostLine[] {
  return [
    line('checks', 'reads: states, lanes, what is due', use.reads, 'readUnit'),
    line('checks', 'writes: receipts and rounds', use.writes, 'writeUnit'),
    line('checks', 'messages to scan', use.queueRequests, 'queueRequest'),
    line('checks', 'scan: invocations', use.invocations, 'invocation'),
    line('checks', 'scan: waiting for registries', use.gigabyteSeconds, 'gigabyteSecond'),
    line('checks', 'logs and metrics of jobs', use.logGigabytes, 'logs'),
    line('checks', 'receipts, kept 14 days', use.storedGigabytes, 'storage'),
  ];
}
