import { mannersOf } from '../lambda/adapters/registry/manners.ts';
import { Pace } from '../lambda/adapters/registry/pace.ts';
import { createQuietLogger } from '../lambda/adapters/runtime/logger.ts';
import { dispatch } from '../lambda/application/dispatch.ts';
import { updateLane } from '../lambda/application/lanes.ts';
import type { JobMessage } from '../lambda/application/ports.ts';
import { endRound } from '../lambda/application/scan/end-round.ts';
import { openStore } from '../lambda/composition.ts';
import { MINUTE, millisecondsOf, SECOND, timestampOf } from '../lambda/domain/time.ts';
import { slotOf } from '../lambda/domain/unit-parts.ts';
import type { Interval, Unit } from '../lambda/domain/watch.ts';
import { ManualClock } from '../test/support/world/clock.ts';

/** One registry as it is modelled: what it takes, and what we want of it. */
export interface Modelled {
  readonly registry: string;
  readonly tags: number;
  readonly every: Interval;
  /** Requests per second that it really takes; more are answered with 429. */
  readonly takes: number;
}

export interface Simulated extends Modelled {
  readonly requests: number;
  readonly refused: number;
  /** Most requests of one minute, as a share of what it takes. */
  readonly busiest: number;
  /** Longest time between two checks of one unit, once each was checked: milliseconds. */
  readonly longestGap: number;
  /** Units that were never checked. */
  readonly starved: number;
}

const TAGS_PER_UNIT = 100;
const START = '2026-03-19T00:00:00.000Z';
/** Of one HEAD; sixteen, or what the registry wants, are under way at once. */
const LATENCY = 60;
const CONNECTIONS = 16;
/** As a scan waits where a 429 does not say how long. */
const SILENCE = MINUTE;

/**
 * The real dispatcher over the real store, and the real pace, against modelled registries and a
 * simulated clock: what a million tags cost in time. A unit stands for its hundred tags.
 */
export async function simulate(plan: readonly Modelled[], hours: number): Promise<Simulated[]> {
  const clock = new ManualClock(START);
  const handle = await openStore(undefined, clock);
  try {
    const { store } = handle;
    await store.watches.putUnits(plan.flatMap(unitsOf));
    const lanes = new Map(plan.map((each) => [each.registry, new ModelledLane(each)]));
    const queue = {
      send: async (messages: readonly JobMessage[]) => {
        for (const message of messages) lanes.get(message.group)?.waiting.push(message);
      },
    };
    const ids = { newId: () => String(Math.random()) };
    const deps = { ...store, clock, queue, ids, log: createQuietLogger() };
    for (let minute = 0; minute < hours * 60; minute += 1) {
      await clock.advance(MINUTE);
      await dispatch(deps, clock.now());
      const until = millisecondsOf(clock.now()) + MINUTE;
      for (const lane of lanes.values()) await lane.work(deps, until);
    }
    return [...lanes.values()].map((lane) => lane.result());
  } finally {
    await handle.close();
  }
}

function unitsOf({ registry, tags, every }: Modelled): Unit[] {
  return Array.from({ length: tags / TAGS_PER_UNIT }, (_, n) => {
    const repository = `fleet/service-${n}`;
    const slot = slotOf(`${registry}/${repository}`, every);
    return { v: 1, id: `u${n}`, lane: registry, every, slot, registry, repository, tags: [] };
  });
}

class ModelledLane {
  readonly waiting: JobMessage[] = [];
  readonly #model: Modelled;
  readonly #pace: Pace;
  readonly #step: number;
  readonly #checked = new Map<string, number>();
  readonly #minutes = new Map<number, number>();
  #free = 0;
  #tokens = 0;
  #filledAt = 0;
  #silentUntil = 0;
  #requests = 0;
  #refused = 0;
  #longestGap = 0;

  constructor(model: Modelled) {
    const { connections = CONNECTIONS, perSecond } = mannersOf(model.registry);
    this.#model = model;
    this.#pace = new Pace(perSecond);
    this.#step = LATENCY / connections;
  }

  /** One job after the other, as the queue hands them out, up to that time. */
  async work(deps: Parameters<typeof endRound>[0], until: number): Promise<void> {
    this.#free = Math.max(this.#free, until - MINUTE);
    while (this.#free < until) {
      const body = this.waiting.shift()?.body;
      if (body === undefined) return;
      if (body.kind === 'end-of-round') await endRound(deps, body);
      // A registry that asked for silence is not asked: the unit waits for its next slot.
      if (this.#free < this.#silentUntil) continue;
      if (body.kind === 'check' && !this.#check(body.unit.id)) {
        this.#silentUntil = this.#free + SILENCE;
        const notBefore = timestampOf(this.#silentUntil);
        await updateLane(
          deps.lanes,
          this.#model.registry,
          (lane) => lane && { ...lane, notBefore },
        );
      }
    }
  }

  /** False when the registry refused: the rest of the unit is not asked for. */
  #check(unit: string): boolean {
    for (let tag = 0; tag < TAGS_PER_UNIT; tag += 1) {
      this.#free += this.#pace.turn(this.#free) + this.#step;
      this.#requests += 1;
      const minute = Math.floor(this.#free / MINUTE);
      this.#minutes.set(minute, (this.#minutes.get(minute) ?? 0) + 1);
      if (!this.#takes()) {
        this.#refused += 1;
        this.#pace.refused(this.#free);
        return false;
      }
      this.#pace.answered(this.#free);
    }
    const before = this.#checked.get(unit);
    if (before !== undefined) this.#longestGap = Math.max(this.#longestGap, this.#free - before);
    this.#checked.set(unit, this.#free);
    return true;
  }

  /** A token bucket that holds what the registry takes in ten seconds. */
  #takes(): boolean {
    const { takes } = this.#model;
    const passed = (this.#free - this.#filledAt) / SECOND;
    this.#tokens = Math.min(takes * 10, this.#tokens + passed * takes);
    this.#filledAt = this.#free;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  result(): Simulated {
    const { tags, takes } = this.#model;
    const most = Math.max(0, ...this.#minutes.values());
    return {
      ...this.#model,
      requests: this.#requests,
      refused: this.#refused,
      busiest: most / (takes * 60),
      longestGap: this.#longestGap,
      starved: tags / TAGS_PER_UNIT - this.#checked.size,
    };
  }
}
