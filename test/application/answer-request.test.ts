import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerRequest } from '../../lambda/application/answer-request.ts';
import { raiseTestAlert } from '../../lambda/application/test-alert.ts';
import { isDispatchRequest } from '../../lambda/contract/dispatch-request.ts';
import { MINUTE, plus } from '../../lambda/domain/time.ts';
import { World } from '../support/world/index.ts';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const answer = (payload: unknown) =>
  answerRequest(world.deps, payload, plus(world.clock.now(), MINUTE));
const test = { v: 1, kind: 'test-alert', id: 'abcdef01', severity: 'low', labels: ['team=a'] };

describe('a payload of the dispatch function', () => {
  it.each([
    [{ v: 1, kind: 'scan', selection: {} }, true],
    [{ v: 7, kind: 'nonsense' }, true],
    [{}, false],
    [{ version: '0', 'detail-type': 'Scheduled Event', time: '1970-01-01T00:00:00Z' }, false],
    [null, false],
    ['scan', false],
  ])('%j is a request: %s', (payload, expected) => {
    expect(isDispatchRequest(payload)).toBe(expected);
  });
});

describe('a request that is not understood', () => {
  it.each([
    [{ v: 2, kind: 'scan', selection: {} }, 'found a request of version 2, expected 1'],
    [{ v: 1, kind: 'destroy' }, 'found a request of kind "destroy"'],
    [{ v: 1, kind: 'scan' }, 'selection: found nothing, expected an object'],
    [{ v: 1, kind: 'scan', selection: { all: true } }, 'found the unknown selection "all"'],
    [{ v: 1, kind: 'scan', selection: { patterns: 'x' } }, 'patterns: expected a list'],
    [{ v: 1, kind: 'scan', selection: { patterns: [''] } }, 'patterns: found ""'],
    [{ v: 1, kind: 'scan', selection: { labels: ['team'] } }, 'labels: found "team"'],
    [{ v: 1, kind: 'scan', selection: { verdict: 'good' } }, 'verdict: found "good"'],
    [{ v: 1, kind: 'scan', selection: { minSeverity: 5 } }, 'minSeverity: found 5'],
    [{ v: 1, kind: 'scan', selection: { inconclusive: 'yes' } }, 'inconclusive: found "yes"'],
    [{ v: 1, kind: 'scan', selection: { registry: 'a b' } }, 'invalid registry'],
    [{ v: 1, kind: 'scan', selection: {}, lanes: ['x'] }, 'a lane: found "x"'],
    [{ ...test, id: '../x' }, 'id: found "../x"'],
    [{ ...test, severity: 'loud' }, 'severity: found "loud"'],
    [{ ...test, labels: Array(201).fill('a=b') }, 'labels: expected a list of at most 200'],
    [{ ...test, labels: [`a=${'x'.repeat(600)}`] }, 'labels: found'],
  ])('%j is refused, and changes nothing', async (payload, problem) => {
    expect(await answer(payload)).toEqual({
      ...{ v: 1, ok: false },
      problem: expect.stringContaining(problem),
    });
    expect(world.deps.queue.size).toBe(0);
  });
});

describe('a test of the alerts', () => {
  it('goes through the queue, once for each id, and becomes an alert', async () => {
    expect(await answer(test)).toEqual({ v: 1, ok: true, kind: 'test-alert' });
    await answer(test);
    await world.work();
    await world.tick();
    expect(world.publisher.messages).toMatchObject([
      {
        event: { subject: 'test:abcdef01', kind: 'alert.test', severity: 'low' },
        attributes: { kind: 'alert.test', severity: 'low', labels: ['team=a'] },
        text: expect.stringContaining('FIRST   Nothing to do'),
      },
    ]);
  });

  it('is committed once, however often its message comes', async () => {
    const job = { id: 'abcdef02', severity: 'critical', labels: [] } as const;
    const first = await raiseTestAlert(world.deps, job);
    expect(await raiseTestAlert(world.deps, job)).toEqual(first);
    expect(await world.history('test:abcdef02')).toHaveLength(1);
  });
});
