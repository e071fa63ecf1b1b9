import type { Timestamp } from '../domain/time.ts';
import { forEachConcurrent } from './concurrency.ts';
import { type DeliverDeps, deliverSubject } from './deliver/subject.ts';

export type { DeliverDeps } from './deliver/subject.ts';

export interface DeliveryReport {
  readonly delivered: number;
  /** Events without an alert that lost their mark. */
  readonly silent: number;
  /** Tried, and to be tried again. */
  readonly deferred: number;
  /** Refused for good by the channel. */
  readonly setAside: number;
}

export interface DeliverOptions {
  /** After that nothing more is begun. @default - to the end */
  readonly until?: Timestamp;
}

const PAGE = 100;
const SUBJECTS_AT_ONCE = 8;

/**
 * Finishes every event whose mark is due: completes its projection, publishes its alert, removes
 * the mark. What fails keeps its mark and is tried again later. One record never holds back the
 * others; only the list of what is due itself can fail, and then throws.
 */
export async function deliver(
  deps: DeliverDeps,
  now: Timestamp,
  options: DeliverOptions = {},
): Promise<DeliveryReport> {
  const report = { delivered: 0, silent: 0, deferred: 0, setAside: 0 };
  const stuck = new Set<string>();
  let held = 0;
  for (;;) {
    // One stuck subject may hold more events than a page has, and all of them the oldest: each
    // round looks past those of the last, at least twice as far, so that rounds stay few.
    const limit = PAGE + 2 * held;
    const due = await deps.events.due(now, limit);
    const subjects = new Set(due.map(({ event }) => event.subject).filter((s) => !stuck.has(s)));
    const before = sumOf(report);
    await deliverSubjects(deps, subjects, now, { ...options, report, stuck });
    if (isOver(deps, options)) return report;
    const progress = sumOf(report) - before;
    const heldBefore = held;
    held = due.filter(({ event }) => stuck.has(event.subject)).length;
    if (due.length < limit || (progress === 0 && held <= heldBefore)) return report;
  }
}

/** As {@link deliver}, of these subjects only: what a wake-up is about. Never throws. */
export async function deliverOnly(
  deps: DeliverDeps,
  subjects: Iterable<string>,
  now: Timestamp,
  options: DeliverOptions = {},
): Promise<DeliveryReport> {
  const report = { delivered: 0, silent: 0, deferred: 0, setAside: 0 };
  const stuck = new Set<string>();
  await deliverSubjects(deps, new Set(subjects), now, { ...options, report, stuck });
  return report;
}

async function deliverSubjects(
  deps: DeliverDeps,
  subjects: ReadonlySet<string>,
  now: Timestamp,
  options: DeliverOptions & {
    readonly report: { -readonly [K in keyof DeliveryReport]: number };
    readonly stuck: Set<string>;
  },
): Promise<void> {
  const { report, stuck } = options;
  const inTime = function* (): Generator<string> {
    for (const subject of subjects) {
      if (isOver(deps, options)) return;
      yield subject;
    }
  };
  await forEachConcurrent(inTime(), SUBJECTS_AT_ONCE, async (subject) => {
    for (const outcome of await deliverSubject(deps, subject, now, () => isOver(deps, options))) {
      if (outcome === 'stuck' || outcome === 'taken') stuck.add(subject);
      else report[outcome]++;
    }
  });
}

function isOver({ clock }: DeliverDeps, { until }: DeliverOptions): boolean {
  return until !== undefined && clock.now() >= until;
}

function sumOf(report: DeliveryReport): number {
  return Object.values(report).reduce((sum: number, count: number) => sum + count, 0);
}
