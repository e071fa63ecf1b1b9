import type {
  DispatchAnswer,
  LaneAnswer,
  LaneRequest,
  ScanRequest,
} from '../contract/dispatch-request.ts';
import { type EventRecord, eventIdOf } from '../domain/event.ts';
import {
  between,
  type Duration,
  laterOf,
  MINUTE,
  plus,
  SECOND,
  type Timestamp,
} from '../domain/time.ts';
import type { LaneId } from '../domain/watch.ts';
import type { Deps } from './deps.ts';
import { eventFeed } from './history.ts';
import { type RunSummary, summarize } from './runs.ts';
import type { Selection } from './select.ts';
import { addTotals, NO_TOTALS } from './totals.ts';

export type FollowDeps = Pick<Deps, 'runs' | 'events' | 'clock'> & {
  /** Asks the deployed dispatcher. */
  readonly ask: (request: ScanRequest) => Promise<DispatchAnswer>;
};

/** What happens while others check. */
export type Followed =
  | { readonly kind: 'event'; readonly event: EventRecord }
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly jobs: number;
      /** Lanes that have not taken all of it yet. */
      readonly waiting: readonly LaneId[];
    }
  | { readonly kind: 'end'; readonly report: FollowReport };

export interface FollowReport {
  /** All runs together; incomplete when a job is not done. */
  readonly run: RunSummary;
  /** Registries that asked for silence: not asked. */
  readonly throttled: readonly LaneId[];
  /** Lanes of which the dispatcher could send nothing. */
  readonly failed: readonly LaneId[];
}

const LOOK_AGAIN: Duration = 2 * SECOND;
/** A lane that is busy is asked again this seldom while another one works. */
const LOOKS_PER_ASK = 5;
/** Without anything new for longer, what is missing is not waited for. */
const PATIENCE: Duration = 15 * MINUTE;
/** Indexes lag behind: an event that was counted is looked for this often. */
const LATE_LOOKS = 3;

/**
 * Asks for the selected tags, again for the lanes that could not take them at once, and tells what
 * comes of it until everything is done.
 */
export async function* followSelected(
  deps: FollowDeps,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  const following = new Following(deps, selection);
  let quietSince = deps.clock.now();
  while (!following.ended) {
    signal.throwIfAborted();
    const news = [...(await following.look())];
    yield* news;
    const now = deps.clock.now();
    if (news.length > 0) quietSince = now;
    if (following.ended || between(quietSince, now) > PATIENCE) break;
    await deps.clock.sleep(LOOK_AGAIN, signal);
  }
  for (let look = 0; look < LATE_LOOKS && following.missesEvents; look++) {
    await deps.clock.sleep(LOOK_AGAIN, signal);
    yield* await following.newEvents();
  }
  yield { kind: 'end', report: following.report };
}

class Following {
  readonly #deps: FollowDeps;
  readonly #selection: Selection;
  readonly #runs = new Map<Timestamp, RunSummary>();
  readonly #told = new Set<string>();
  readonly #throttled = new Set<LaneId>();
  readonly #failed = new Set<LaneId>();
  /** Undefined before the first answer: all that the selection is about. */
  #remaining: readonly LaneRequest[] | undefined;
  #looks = 0;
  #shown = '';

  constructor(deps: FollowDeps, selection: Selection) {
    this.#deps = deps;
    this.#selection = selection;
  }

  get ended(): boolean {
    return this.#remaining?.length === 0 && !this.#open;
  }

  get missesEvents(): boolean {
    return this.#told.size < this.report.run.totals.events;
  }

  get report(): FollowReport {
    const runs = [...this.#runs.values()];
    const first = runs[0]?.tick ?? this.#deps.clock.now();
    const sum = (count: (run: RunSummary) => number) => runs.reduce((n, run) => n + count(run), 0);
    const run: RunSummary = {
      v: 1,
      tick: first,
      jobs: sum(({ jobs }) => jobs),
      receipts: sum(({ receipts }) => receipts),
      startedAt: first,
      totals: runs.reduce((totals, each) => addTotals(totals, each.totals), NO_TOTALS),
      incomplete: !this.ended,
      quotas: Object.assign({}, ...runs.map(({ quotas }) => quotas)),
    };
    return { run, throttled: [...this.#throttled], failed: [...this.#failed] };
  }

  get #open(): boolean {
    return [...this.#runs.values()].some(({ incomplete }) => incomplete);
  }

  /** Asks for what is left, more seldom while others are still at work, and sees how far they are. */
  async look(): Promise<readonly Followed[]> {
    const isLeft = this.#remaining === undefined || this.#remaining.length > 0;
    const isTime = this.#looks++ % LOOKS_PER_ASK === 0;
    if (isLeft && (isTime || !this.#open)) await this.#ask();
    for (const [tick, run] of this.#runs) {
      if (run.incomplete) {
        this.#runs.set(tick, await summarize(run, this.#deps.runs.receipts(tick)));
      }
    }
    return [...(await this.newEvents()), ...this.#progress()];
  }

  async #ask(): Promise<void> {
    const { ask } = this.#deps;
    const lanes = this.#remaining === undefined ? {} : { lanes: this.#remaining };
    const answer = await ask({ v: 1, kind: 'scan', selection: this.#selection, ...lanes });
    if (!answer.ok || answer.kind !== 'scan') throw new Error('the dispatcher answered otherwise');
    const { tick, jobs } = answer;
    if (tick !== undefined) {
      const run = { v: 1 as const, tick, jobs, receipts: 0, startedAt: tick, totals: NO_TOTALS };
      this.#runs.set(tick, { ...run, incomplete: true, quotas: {} });
    }
    for (const { lane, state } of answer.lanes) {
      if (state === 'throttled') this.#throttled.add(lane);
      if (state === 'failed') this.#failed.add(lane);
    }
    const before = new Map(this.#remaining?.map((each) => [each.lane, each]));
    this.#remaining = answer.lanes.flatMap((each) => nextOf(each, before.get(each.lane)));
  }

  async newEvents(): Promise<readonly Followed[]> {
    const [since] = this.#runs.keys();
    if (since === undefined) return [];
    const { verdict: _, minSeverity: __, inconclusive: ___, ...selection } = this.#selection;
    // The clocks of this machine and of the functions differ.
    const until = plus(laterOf(this.#deps.clock.now(), since), 10 * MINUTE);
    const found: EventRecord[] = [];
    for await (const event of eventFeed(this.#deps, { since, until, selection })) {
      if (!this.#told.has(eventIdOf(event))) found.push(event);
    }
    for (const event of found) this.#told.add(eventIdOf(event));
    return found.toReversed().map((event) => ({ kind: 'event', event }));
  }

  /** Only when it has changed: that is also how one knows that it goes on. */
  #progress(): readonly Followed[] {
    const { jobs, receipts } = this.report.run;
    const waiting = (this.#remaining ?? []).map(({ lane }) => lane);
    const shown = `${receipts} ${jobs} ${waiting.join(' ')}`;
    if (shown === this.#shown) return [];
    this.#shown = shown;
    return [{ kind: 'progress', done: receipts, jobs, waiting }];
  }
}

function nextOf(
  { lane, state, resumeAt }: LaneAnswer,
  before: LaneRequest | undefined,
): readonly LaneRequest[] {
  if (state === 'busy') return [before ?? { lane }];
  return state === 'sent' && resumeAt !== undefined ? [{ lane, resumeAt }] : [];
}
