import type { Timestamp } from '../../domain/time.ts';
import type { LaneId, Unit } from '../../domain/watch.ts';
import { inBatches } from '../concurrency.ts';
import type { Deps } from '../deps.ts';
import { type CheckJob, type JobMessage, JobsRefused } from '../ports.ts';
import type { SelectedUnit } from '../selected-units.ts';
import { resumeAfter } from './window.ts';

/** More units than this wait for the lane's next round. */
const JOBS_PER_ROUND = 500;
/** SQS takes ten messages at once. */
const MESSAGES_PER_SEND = 10;

export interface Round {
  readonly lane: LaneId;
  readonly round: number;
  readonly tick: Timestamp;
  /** Units that one of these wrote are checked for its baseline. */
  readonly applies: readonly string[];
}

type SenderDeps = Pick<Deps, 'queue' | 'log'>;

/** Sends the messages of one round: its units in order, then what may come last, then the end marker. */
export class RoundSender {
  readonly #deps: SenderDeps;
  readonly #round: Round;
  readonly #units = new Set<string>();
  #sent = 0;

  constructor(deps: SenderDeps, round: Round) {
    this.#deps = deps;
    this.#round = round;
  }

  /** How many jobs were sent in order. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * As many as a round takes, and as long as `goOn` says so but at least one.
   *
   * @returns where the next round goes on, when there are more
   */
  async sendUnits(
    units: AsyncGenerator<SelectedUnit>,
    goOn: () => boolean = () => true,
  ): Promise<string | undefined> {
    let resumeAt: string | undefined;
    const taken = async function* (): AsyncGenerator<SelectedUnit> {
      let last: Unit | undefined;
      let count = 0;
      for await (const next of units) {
        const isNewUnit = last !== undefined && last.id !== next.unit.id;
        if (isNewUnit && (count >= JOBS_PER_ROUND || !goOn())) {
          resumeAt = resumeAfter(last as Unit);
          return;
        }
        count++;
        last = next.unit;
        yield next;
      }
    };
    for await (const batch of inBatches(taken(), MESSAGES_PER_SEND)) {
      await this.#send(batch.map((selected) => this.#check(selected)));
      for (const { unit } of batch) this.#units.add(unit.id);
      this.#sent += batch.length;
    }
    return resumeAt;
  }

  /**
   * Parts of units, as far as they were not sent as a whole, and then the end marker: in its group
   * it comes last.
   *
   * @returns how many parts were sent
   */
  async end(parts: readonly Unit[]): Promise<number> {
    const rest = parts.filter((unit) => !this.#units.has(unit.id));
    const messages = rest.map((unit) => this.#check({ unit, whole: false }));
    for await (const batch of inBatches(messages, MESSAGES_PER_SEND)) await this.#send(batch);
    await this.#send([this.#end()]);
    return rest.length;
  }

  /** A unit that no queue takes does not keep the others of its lane from being checked. */
  async #send(messages: readonly JobMessage[]): Promise<void> {
    const { queue, log } = this.#deps;
    try {
      await queue.send(messages);
    } catch (thrown) {
      if (!(thrown instanceof JobsRefused)) throw thrown;
      log.error('unit not sent', { lane: this.#round.lane, why: thrown.message });
    }
  }

  #check({ unit, whole, part: n = 0 }: SelectedUnit): JobMessage {
    const { lane, round, tick, applies } = this.#round;
    const suffix = whole ? '' : `!${n === 0 ? '' : n}`;
    const id = `${lane}/${round}/${unit.id}${suffix}`;
    const body: CheckJob = { v: 1, kind: 'check', id, tick, sentAt: tick, offset: 0, unit, round };
    const { applyId } = unit;
    const isFresh = whole && applyId !== undefined && applies.includes(applyId);
    const fresh = isFresh ? { applyId } : {};
    const part = whole ? {} : { partial: true as const };
    return { group: lane, deduplicationId: id, body: { ...body, ...fresh, ...part } };
  }

  #end(): JobMessage {
    const { lane, round, tick } = this.#round;
    return {
      group: lane,
      deduplicationId: `${lane}/${round}/end`,
      body: { v: 1, kind: 'end-of-round', lane, round, tick },
    };
  }
}
