import type { Timestamp } from '../../domain/time.ts';
import type { LaneId, Unit } from '../../domain/watch.ts';
import { forEachConcurrent } from '../concurrency.ts';
import type { DeliveryReport } from '../deliver.ts';
import type { ProcessDeps } from '../deps.ts';
import { finishBaselines } from '../dispatch/baseline.ts';
import { sentFresh, unsentFresh } from '../dispatch/lane-state.ts';
import { updateLane } from '../lanes.ts';
import type { CheckJob, Lane, Run } from '../ports.ts';
import { type RunSummary, summarize } from '../runs.ts';
import type { Selection } from '../select.ts';
import { isEverything, type SelectedUnit, selectedUnits } from '../selected-units.ts';
import { NO_TOTALS } from '../totals.ts';
import { lanesIn, unitsOfLane } from '../units-of-lane.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import { jobHandler } from './job-handler.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

export interface RunOptions {
  /** @default everything that is watched */
  readonly selection?: Selection;
  readonly limits?: Limits;
  readonly signal?: AbortSignal;
}

export interface RunReport {
  /** Incomplete when the signal aborted it, or a job was given up. */
  readonly run: RunSummary;
  readonly delivery: DeliveryReport;
  /** Registries that asked for silence: not asked. */
  readonly throttled: readonly LaneId[];
}

/** Jobs of a lane that wait: enough to keep it busy, few enough to hold in memory. */
const WAITING = 4;

/** Checks the selected tags now, whatever their slots, and delivers the alerts as they come. */
export async function runOnce(
  deps: ProcessDeps,
  { selection = {}, limits = DEFAULT_LIMITS, signal }: RunOptions = {},
): Promise<RunReport> {
  const delivery = new DeliveryLoop(deps);
  const running: ProcessDeps = {
    ...deps,
    onCommit: (event) => {
      deps.onCommit?.(event);
      delivery.wake();
    },
  };
  const done = new AbortController();
  const stop = AbortSignal.any(signal === undefined ? [done.signal] : [done.signal, signal]);
  const worked = deps.queue.work(jobHandler(running, limits), {
    concurrency: limits.lanes,
    signal: stop,
  });
  const round = new OneRound(running, selection, stop);
  try {
    await round.send(limits);
    await deps.queue.drained(0, { signal: stop });
    await round.end();
  } catch (thrown) {
    if (signal?.aborted !== true) throw thrown;
  } finally {
    done.abort();
    await worked;
  }
  const report = await delivery.finish();
  const run = await summarize(round.run, deps.runs.receipts(round.run.tick));
  return { run, delivery: report, throttled: round.throttled };
}

class OneRound {
  readonly throttled: LaneId[] = [];
  readonly #deps: ProcessDeps;
  readonly #selection: Selection;
  readonly #stop: AbortSignal;
  readonly #id: string;
  readonly #lanes: Lane[] = [];
  #run: Run;
  #sent = 0;

  constructor(deps: ProcessDeps, selection: Selection, stop: AbortSignal) {
    this.#deps = deps;
    this.#selection = selection;
    this.#stop = stop;
    this.#id = deps.ids.newId();
    const tick = deps.clock.now();
    this.#run = { v: 1, tick, jobs: 0, receipts: 0, startedAt: tick, totals: NO_TOTALS };
  }

  get run(): Run {
    return this.#run;
  }

  /** Lane by lane at the same time, each with few jobs waiting: a slow one does not hold up the others. */
  async send({ lanes }: Limits): Promise<void> {
    await this.#deps.runs.putRun(this.#run);
    const known = lanesIn(await this.#deps.lanes.lanes(), this.#selection);
    await forEachConcurrent(known, lanes, (id) => this.#sendLane(id));
  }

  async #sendLane(id: LaneId): Promise<void> {
    const { lanes, queue, clock } = this.#deps;
    const lane = await lanes.read(id);
    if (lane?.notBefore !== undefined && lane.notBefore > clock.now()) {
      this.throttled.push(id);
      return;
    }
    const fresh = unsentFresh(lane);
    for await (const selected of selectedUnits(this.#deps, this.#unitsOf(id), this.#selection)) {
      await queue.drained(WAITING, { group: id, signal: this.#stop });
      await this.#sendUnit(selected, fresh);
    }
    if (lane !== undefined) this.#lanes.push(lane);
  }

  #unitsOf(lane: LaneId): AsyncGenerator<Unit> {
    const { watches, log } = this.#deps;
    const unreadable = (why: string) => log.error('unit not sent', { lane, why });
    return unitsOfLane(watches, lane, this.#selection, { unreadable });
  }

  async #sendUnit({ unit, whole }: SelectedUnit, fresh: readonly string[]): Promise<void> {
    const id = `${this.#id}/${this.#sent++}`;
    const { applyId } = unit;
    const { tick } = this.#run;
    const body: CheckJob = {
      v: 1,
      kind: 'check',
      id,
      tick,
      sentAt: this.#deps.clock.now(),
      offset: 0,
      unit,
      ...(whole && applyId !== undefined && fresh.includes(applyId) ? { applyId } : {}),
      ...(whole ? {} : { partial: true }),
    };
    await this.#deps.queue.send([{ group: unit.lane, deduplicationId: id, body }]);
  }

  /** A run over everything has taken the baseline of every apply before it. */
  async end(): Promise<void> {
    const { runs, clock, lanes } = this.#deps;
    const now: Timestamp = clock.now();
    this.#run = { ...this.#run, jobs: this.#sent, finishedAt: now };
    await runs.putRun(this.#run);
    if (!isEverything(this.#selection)) return;
    const after: Lane[] = [];
    for (const { id, ...read } of this.#lanes) {
      const applies = unsentFresh({ id, ...read });
      await updateLane(lanes, id, (lane) => {
        if (lane === undefined) return undefined;
        const next = sentFresh(lane, applies);
        after.push(next);
        return applies.length === 0 ? undefined : next;
      });
    }
    await finishBaselines(this.#deps, after, now);
  }
}
