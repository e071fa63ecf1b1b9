import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type FollowDeps,
  type Followed,
  followSelected,
} from '../../lambda/application/follow-selected.ts';
import type { Receipt } from '../../lambda/application/ports.ts';
import { NO_TOTALS } from '../../lambda/application/totals.ts';
import type { LaneAnswer, ScanRequest } from '../../lambda/contract/dispatch-request.ts';
import { MINUTE, plus, SECOND } from '../../lambda/domain/time.ts';
import { anEvent } from '../support/store/examples.ts';
import { startStore, type TestStore } from '../support/store/index.ts';
import { ManualClock, settled } from '../support/world/clock.ts';

const START = '2026-03-19T03:00:30.000Z';
let database: TestStore;
let clock: ManualClock;
let asked: ScanRequest[];
/** Of each answer of the dispatcher, the last one again and again. */
let answers: LaneAnswer[][];
beforeEach(async () => {
  clock = new ManualClock(START);
  database = await startStore({ now: () => clock.now() });
  asked = [];
});
afterEach(() => database.close());

function follow(selection = {}): { told: Followed[]; ended: Promise<void> } {
  const ask: FollowDeps['ask'] = async (request) => {
    asked.push(request);
    const lanes = answers[Math.min(asked.length, answers.length) - 1] ?? [];
    const jobs = lanes.reduce((sum, each) => sum + each.jobs, 0);
    const tick = jobs > 0 ? { tick: clock.now() } : {};
    return { v: 1, ok: true, kind: 'scan', jobs, lanes, ...tick };
  };
  const told: Followed[] = [];
  const { runs, events } = database.store;
  const deps = { runs, events, clock, ask };
  const ended = (async () => {
    const signal = new AbortController().signal;
    for await (const each of followSelected(deps, selection, signal)) told.push(each);
  })();
  return { told, ended };
}

function receipt(tick: string, job: string, changes: Partial<Receipt> = {}): Promise<void> {
  const totals = { ...NO_TOTALS, checked: 1, unchanged: 1 };
  const base = { v: 1, tick, job, offset: 0, lane: 'a', unit: 'u', at: tick } as const;
  return database.store.runs.putReceipt({ ...base, totals, spawned: 0, whole: true, ...changes });
}

/** Until it sleeps, and then on by that much. */
async function pass(duration: number): Promise<void> {
  for (let n = 0; n < 2000 && clock.sleepers === 0; n++) await settled();
  await clock.advance(duration);
  for (let n = 0; n < 2000 && clock.sleepers === 0; n++) await settled();
}

const sent = (lane: string, jobs: number, resumeAt?: string): LaneAnswer => ({
  ...{ lane, state: 'sent', jobs },
  ...(resumeAt === undefined ? {} : { resumeAt }),
});

describe('following what was asked for', () => {
  it('waits for every job, tells its progress and what happens, and adds up', async () => {
    answers = [[sent('a', 2)]];
    const { told, ended } = follow({ patterns: ['ghcr.io/acme/*'] });
    await pass(0);
    await receipt(START, 'j1');
    const subject = 'ghcr.io/acme/app:1';
    await database.store.events.commit(anEvent({ subject, at: plus(START, SECOND) }));
    await database.store.events.commit(anEvent({ subject: 'quay.io/x/y:1', at: plus(START, 1) }));
    await pass(2 * SECOND);
    await receipt(START, 'j2', { totals: { ...NO_TOTALS, checked: 1, moved: 1, events: 1 } });
    await pass(2 * SECOND);
    await ended;
    expect(told).toMatchObject([
      { kind: 'progress', done: 0, jobs: 2 },
      { kind: 'event', event: { subject } },
      { kind: 'progress', done: 1, jobs: 2 },
      { kind: 'progress', done: 2, jobs: 2 },
      { kind: 'end', report: { run: { incomplete: false, totals: { checked: 2, moved: 1 } } } },
    ]);
  });

  it('asks again for a lane that was busy, and for what a round did not take', async () => {
    answers = [
      [{ lane: 'a', state: 'busy', jobs: 0 }, sent('b', 1, '5/0000#u')],
      [sent('a', 1), sent('b', 1)],
    ];
    const { told, ended } = follow();
    await pass(0);
    expect(told).toMatchObject([{ kind: 'progress', waiting: ['a', 'b'] }]);
    await receipt(START, 'j1');
    await pass(2 * SECOND);
    await pass(2 * SECOND);
    expect(asked[1]?.lanes).toEqual([{ lane: 'a' }, { lane: 'b', resumeAt: '5/0000#u' }]);
    const second = plus(START, 4 * SECOND);
    for (const job of ['j2', 'j3']) await receipt(second, job);
    await pass(2 * SECOND);
    await ended;
    expect(told.at(-1)).toMatchObject({
      report: { run: { jobs: 3, incomplete: false, totals: { checked: 3 } } },
    });
    expect(asked).toHaveLength(2);
  });

  it('does not ask again for registries that want silence, or that failed', async () => {
    answers = [
      [
        { lane: 'a', state: 'throttled', jobs: 0, until: plus(START, MINUTE) },
        { lane: 'b', state: 'failed', jobs: 0 },
      ],
    ];
    const { told, ended } = follow();
    await ended;
    expect(told.at(-1)).toMatchObject({ report: { throttled: ['a'], failed: ['b'] } });
    expect(asked).toHaveLength(1);
  });

  it('looks again for an event that was counted and is not in the index yet', async () => {
    answers = [[sent('a', 1)]];
    const { told, ended } = follow();
    await pass(0);
    database.faults.holdBack('indexes');
    await database.store.events.commit(anEvent({ at: plus(START, 1) }));
    await receipt(START, 'j1', { totals: { ...NO_TOTALS, checked: 1, moved: 1, events: 1 } });
    await pass(2 * SECOND);
    expect(told.some(({ kind }) => kind === 'event')).toBe(false);
    await database.faults.catchUp();
    await pass(2 * SECOND);
    await ended;
    expect(told.at(-2)).toMatchObject({ kind: 'event' });
  });

  it('gives up on a job that never ends, and says so', async () => {
    answers = [[sent('a', 1)]];
    const { told, ended } = follow();
    for (let minute = 0; minute < 17; minute++) await pass(MINUTE);
    await ended;
    expect(told.at(-1)).toMatchObject({ kind: 'end', report: { run: { incomplete: true } } });
  });
});
