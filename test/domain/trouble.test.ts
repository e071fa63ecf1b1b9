import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, plus, type Timestamp } from '../../lambda/domain/time.ts';
import {
  isWorthTelling,
  noteOutcome,
  type Trouble,
  type TroubleKind,
  troubleKindOf,
} from '../../lambda/domain/trouble.ts';

const START: Timestamp = '2026-03-19T03:00:00.000Z';

/** A job over `checked` tags of which the first `failed` fail so, spread over repositories. */
function job(minute: number, checked: number, failed: number, kind: TroubleKind, repositories = 3) {
  const failures = Array.from({ length: failed }, (_, n) => {
    const repository = `r${n % repositories}`;
    return { tagKey: `x.example/${repository}:${n}`, repository, kind };
  });
  return { at: plus(START, minute * MINUTE), checked, failures };
}

function troubleAfter(...jobs: readonly ReturnType<typeof job>[]): Trouble | undefined {
  return jobs.reduce<Trouble | undefined>(
    (trouble, next) => noteOutcome(trouble, next, [5]),
    undefined,
  );
}

const wideAfter = (...jobs: readonly ReturnType<typeof job>[]) => troubleAfter(...jobs)?.wide?.kind;

describe('a registry without failures', () => {
  it('has no trouble, so that nothing need be written', () => {
    expect(troubleAfter(job(0, 100, 0, 'unavailable'))).toBeUndefined();
  });

  it('has none again when its last failure is long ago', () => {
    const some = job(0, 100, 1, 'denied');
    expect(troubleAfter(some, job(5, 100, 0, 'denied'))).toBeDefined();
    expect(
      troubleAfter(some, job(15, 100, 0, 'denied'), job(30, 100, 0, 'denied')),
    ).toBeUndefined();
  });
});

describe('many tags that fail alike', () => {
  it.each(['unavailable', 'misbehaving', 'denied', 'absent'] as const)(
    '%s: are the trouble of their registry',
    (kind) => expect(wideAfter(job(0, 8, 5, kind))).toBe(kind),
  );

  it('add up over jobs', () => {
    const spread = [0, 1, 2].map((n) => ({
      ...job(n, 2, 2, 'unavailable'),
      failures: [0, 1].map((m) => ({
        tagKey: `t${n}${m}`,
        repository: 'r',
        kind: 'unavailable' as const,
      })),
    }));
    expect(wideAfter(...spread.slice(0, 2))).toBeUndefined();
    expect(wideAfter(...spread)).toBe('unavailable');
  });

  it.each([
    ['they are few', job(0, 4, 4, 'unavailable')],
    ['they are a small share', job(0, 100, 49, 'unavailable')],
    ['they are of one repository that was closed to us', job(0, 6, 6, 'denied', 1)],
    ['they are of one repository that is gone', job(0, 6, 6, 'absent', 1)],
  ])('are their own trouble when %s', (_, outcome) => {
    expect(wideAfter(outcome)).toBeUndefined();
  });

  it('are not one tag that fails again and again', () => {
    expect(
      wideAfter(...Array.from({ length: 10 }, (_, n) => job(n, 1, 1, 'unavailable'))),
    ).toBeUndefined();
  });
});

describe('a registry that asks us to wait', () => {
  it.each(['throttled', 'quota'] as const)('%s: is never the trouble of a tag', (kind) => {
    expect(wideAfter(job(0, 1, 1, kind))).toBe(kind);
  });
});

describe('the end of it', () => {
  const failing = job(0, 10, 10, 'unavailable');

  it('comes with as many checks in a row as there were tags to show it', () => {
    expect(wideAfter(failing, job(1, 4, 0, 'unavailable'))).toBe('unavailable');
    expect(wideAfter(failing, job(1, 5, 0, 'unavailable'))).toBeUndefined();
  });

  it('does not come while most still fail so', () => {
    const flapping = [1, 2, 3, 4].map((n) => job(n, 4, 2, 'unavailable'));
    expect(wideAfter(failing, ...flapping)).toBe('unavailable');
  });

  it('forgets it: one failure more is not the same trouble again', () => {
    expect(
      wideAfter(failing, job(1, 5, 0, 'unavailable'), job(2, 1, 1, 'unavailable')),
    ).toBeUndefined();
  });
});

describe('what people are told', () => {
  const trouble = troubleAfter(job(0, 10, 10, 'unavailable')) as Trouble;

  it.each([
    [[5], HOUR],
    [[60], 3 * HOUR],
    [[1440, 30], 90 * MINUTE],
  ] as const)('with intervals of %j min is told after the time of a tag', (intervals, wait) => {
    expect(isWorthTelling(trouble, intervals, plus(START, wait - 1))).toBe(false);
    expect(isWorthTelling(trouble, intervals, plus(START, wait))).toBe(true);
  });
});

it('our own troubles are none of the registry', () => {
  expect(troubleKindOf('state-unread')).toBeUndefined();
  expect(troubleKindOf('out-of-time')).toBeUndefined();
});
