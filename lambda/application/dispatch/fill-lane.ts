import type { Timestamp } from '../../domain/time.ts';
import type { Unit } from '../../domain/watch.ts';
import { inBatches } from '../concurrency.ts';
import type { Deps } from '../deps.ts';
import { updateLane, writeLane } from '../lanes.ts';
import {
  type CheckJob,
  type JobMessage,
  JobsRefused,
  type Lane,
  type LaneWindow,
} from '../ports.ts';
import { claimed, type LaneCondition, nextWindow, sent } from './lane-state.ts';
import { dueUnits, isFresh, resumeAfter } from './window.ts';

/** More units than this wait for the lane's next round. */
const JOBS_PER_ROUND = 500;
/** SQS takes ten messages at once. */
const MESSAGES_PER_SEND = 10;

export interface FillRequest {
  readonly lane: Lane;
  /** False for a lane that has no record yet. */
  readonly exists: boolean;
  readonly condition: LaneCondition;
  readonly tick: Timestamp;
  /** Units cut down to their tags that are pending. */
  readonly pending: readonly Unit[];
}

export interface Filled {
  readonly jobs: number;
  readonly pending: number;
}

type FillDeps = Pick<Deps, 'watches' | 'lanes' | 'queue' | 'log'>;

/**
 * Sends one round: claims the window, sends its units, the pending tags and the end marker, and
 * notes that it did. Whoever dies in between leaves a claim, and the next tick sends the same
 * messages again.
 */
export async function fillLane(deps: FillDeps, request: FillRequest): Promise<Filled> {
  const { lane, tick, condition, pending } = request;
  const { window, round } = nextWindow(lane, tick, condition);
  const units = dueUnits(deps.watches, lane, window, (why) =>
    deps.log.error('unit not sent', { lane: lane.id, why }),
  );
  const first = await units.next();
  // Nothing is due: the window simply grows, and an idle lane costs no write.
  const idle = condition === 'free' && lane.window === undefined && window.applies.length === 0;
  if (request.exists && idle && first.done === true && pending.length === 0)
    return { jobs: 0, pending: 0 };

  const claim = claimed(lane, window, round);
  const written = await writeLane(deps.lanes, request.exists ? lane : undefined, claim);
  if (written === 'conflict') return { jobs: 0, pending: 0 };
  const out = new RoundSender(deps, request, { window, round });
  const resumeAt = await out.sendUnits(first, units);
  await out.sendPending();
  await updateLane(deps.lanes, lane.id, (current) =>
    current?.round === round ? sent(current, tick, resumeAt) : undefined,
  );
  return out.filled;
}

class RoundSender {
  readonly #deps: FillDeps;
  readonly #request: FillRequest;
  readonly #round: { readonly window: LaneWindow; readonly round: number };
  readonly #units = new Set<string>();
  #pending = 0;

  constructor(deps: FillDeps, request: FillRequest, round: { window: LaneWindow; round: number }) {
    this.#deps = deps;
    this.#request = request;
    this.#round = round;
  }

  get filled(): Filled {
    return { jobs: this.#units.size + this.#pending, pending: this.#pending };
  }

  /** Where the next round goes on, when there are more units than a round takes. */
  async sendUnits(
    first: IteratorResult<Unit, unknown>,
    units: AsyncGenerator<Unit>,
  ): Promise<string | undefined> {
    let resumeAt: string | undefined;
    const due = async function* (): AsyncGenerator<Unit> {
      let count = 0;
      let last: Unit | undefined;
      for (let at = first; at.done !== true; at = await units.next()) {
        if (count++ === JOBS_PER_ROUND) {
          if (last !== undefined) resumeAt = resumeAfter(last);
          await units.return(undefined);
          return;
        }
        last = at.value;
        yield last;
      }
    };
    for await (const batch of inBatches(due(), MESSAGES_PER_SEND)) {
      await this.#send(batch.map((unit) => this.#check(unit)));
      for (const unit of batch) this.#units.add(unit.id);
    }
    return resumeAt;
  }

  /** What is pending and not sent already, and then the end marker: in its group it comes last. */
  async sendPending(): Promise<void> {
    const rest = this.#request.pending.filter((unit) => !this.#units.has(unit.id));
    this.#pending = rest.length;
    const messages = rest.map((unit) => this.#check(unit, true));
    for await (const batch of inBatches(messages, MESSAGES_PER_SEND)) await this.#send(batch);
    await this.#send([this.#end()]);
  }

  /** A unit that no queue takes does not keep the others of its lane from being checked. */
  async #send(messages: readonly JobMessage[]): Promise<void> {
    const { queue, log } = this.#deps;
    try {
      await queue.send(messages);
    } catch (thrown) {
      if (!(thrown instanceof JobsRefused)) throw thrown;
      log.error('unit not sent', { lane: this.#request.lane.id, why: thrown.message });
    }
  }

  #check(unit: Unit, partial = false): JobMessage {
    const { lane, tick } = this.#request;
    const { round, window } = this.#round;
    const id = `${lane.id}/${round}/${unit.id}${partial ? '!' : ''}`;
    const body: CheckJob = { v: 1, kind: 'check', id, tick, sentAt: tick, offset: 0, unit, round };
    const { applyId } = unit;
    const fresh = !partial && applyId !== undefined && isFresh(unit, window) ? { applyId } : {};
    const part = partial ? { partial: true as const } : {};
    return { group: lane.id, deduplicationId: id, body: { ...body, ...fresh, ...part } };
  }

  #end(): JobMessage {
    const { lane, tick } = this.#request;
    const { round } = this.#round;
    return {
      group: lane.id,
      deduplicationId: `${lane.id}/${round}/end`,
      body: { v: 1, kind: 'end-of-round', lane: lane.id, round, tick },
    };
  }
}
