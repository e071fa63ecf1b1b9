import { beforeEach, describe, expect, it } from '@jest/globals';
import { Aged } from '../../lambda/application/aged.ts';
import { MINUTE, plus, SECOND } from '../../lambda/domain/time.ts';
import { ManualClock } from '../support/world/clock.ts';

let clock: ManualClock;
let loads: number;
let failing: boolean;

beforeEach(() => {
  clock = new ManualClock('2026-03-19T03:00:00.000Z');
  [loads, failing] = [0, false];
});

function aged(grace = 0) {
  return new Aged({
    ...{ clock, grace, retryAfter: 10 * SECOND },
    load: async () => {
      loads++;
      if (failing) throw new Error('down');
      return { value: loads, until: plus(clock.now(), MINUTE) };
    },
  });
}

describe('an aged value', () => {
  it('is loaded once for all who ask, and again when it is too old', async () => {
    const value = aged();
    expect(await Promise.all([value.get(), value.get(), value.get()])).toEqual([1, 1, 1]);
    await clock.advance(MINUTE - 1);
    expect(await value.get()).toBe(1);
    await clock.advance(1);
    expect(await value.get()).toBe(2);
  });

  it('that cannot be loaded is an error, and is not tried again at once', async () => {
    const value = aged();
    failing = true;
    await expect(value.get()).rejects.toThrow('down');
    await expect(value.get()).rejects.toThrow('down');
    expect(loads).toBe(1);
    await clock.advance(10 * SECOND);
    failing = false;
    expect(await value.get()).toBe(2);
  });

  it('is good for its grace while it cannot be loaded, and no longer', async () => {
    const value = aged(MINUTE);
    expect(await value.get()).toBe(1);
    failing = true;
    await clock.advance(MINUTE);
    expect(await value.get()).toBe(1);
    await clock.advance(MINUTE - 1);
    expect(await value.get()).toBe(1);
    await clock.advance(1);
    await expect(value.get()).rejects.toThrow('down');
  });

  it('is never an old one without a grace', async () => {
    const value = aged();
    await value.get();
    failing = true;
    await clock.advance(MINUTE);
    await expect(value.get()).rejects.toThrow('down');
  });
});
