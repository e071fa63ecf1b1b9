import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../../lambda/adapters/registry/pace.ts';

/** When each of `count` requests may go, all wanted at `from`: milliseconds. */
function goes(pace: Pace, count: number, from = 0): number[] {
  return Array.from({ length: count }, () => Math.round(from + pace.turn(from)));
}

/** Asks once per `gap` milliseconds until `to`, always answered well. */
function answer(pace: Pace, from: number, to: number, gap = 100): void {
  for (let now = from; now < to; now += gap) {
    pace.turn(now);
    pace.answered(now);
  }
}

describe('a registry without a limit', () => {
  it('is never waited for', () => {
    expect(new Set(goes(new Pace(), 1_000))).toEqual(new Set([0]));
  });

  it('is asked half as fast as it was when it refuses', () => {
    const pace = new Pace();
    goes(pace, 40);
    pace.refused(500);
    expect(pace.rate).toBe(20);
    expect(pace.isSlowed).toBe(true);
  });

  it('is trusted again hours after its last refusal', () => {
    const pace = new Pace();
    goes(pace, 40);
    pace.refused(500);
    answer(pace, 1_000, 3_600_000, 1_000);
    expect(pace.isSlowed).toBe(true);
    answer(pace, 3_600_000, 6 * 3_600_000, 1_000);
    expect(pace.isSlowed).toBe(false);
  });
});

describe('a registry with a limit', () => {
  it('gets a second worth at once, and then one at a time', () => {
    expect(goes(new Pace(4), 8)).toEqual([0, 0, 0, 0, 250, 500, 750, 1000]);
  });

  it('is never asked more than its limit in any second after the first', () => {
    const at = goes(new Pace(4), 100).filter((each) => each >= 1_000);
    for (const start of at) {
      expect(at.filter((each) => each >= start && each < start + 1_000).length).toBeLessThanOrEqual(
        4,
      );
    }
  });

  it('does not save up turns while nobody asks', () => {
    const pace = new Pace(4);
    goes(pace, 4);
    expect(goes(pace, 5, 60_000)).toEqual([60_000, 60_000, 60_000, 60_000, 60_250]);
  });

  it('halves with every burst of refusals, once for all of one burst', () => {
    const pace = new Pace(8);
    goes(pace, 8);
    for (const now of [0, 10, 20, 999]) pace.refused(now);
    expect(pace.rate).toBe(4);
    pace.refused(1_000);
    expect(pace.rate).toBe(2);
  });

  it('never stops altogether', () => {
    const pace = new Pace(1);
    for (let now = 0; now < 60_000; now += 1_000) pace.refused(now);
    expect(pace.rate).toBeGreaterThan(0);
  });

  it('gets faster again, little by little, and no faster than its limit', () => {
    const pace = new Pace(8);
    goes(pace, 8);
    pace.refused(0);
    const rates = [0, 5, 10, 60, 120].map((second) => {
      answer(pace, second * 1_000, (second + 5) * 1_000);
      return pace.rate;
    });
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    // It had taken eight: four, soon six, and then with care.
    expect(rates[0]).toBeLessThan(5.5);
    expect(rates[2]).toBeGreaterThan(6);
    expect(rates.at(-1)).toBeLessThan(7);
    answer(pace, 600_000, 3_600_000, 1_000);
    expect(pace.rate).toBe(8);
  });
});

describe('what another process learnt', () => {
  it('slows, and never hurries', () => {
    const pace = new Pace(8);
    pace.resume(2);
    expect(pace.rate).toBe(2);
    pace.resume(100);
    expect(pace.rate).toBe(2);
    pace.resume(-1);
    expect(pace.rate).toBe(2);
  });
});
