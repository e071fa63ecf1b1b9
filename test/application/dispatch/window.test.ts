import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueUnits, resumeAfter, slotsDue } from '../../../lambda/application/dispatch/window.ts';
import type { Lane, LaneWindow } from '../../../lambda/application/ports.ts';
import { unitSortKey } from '../../../lambda/contract/table-schema.ts';
import { MINUTE, timestampOf } from '../../../lambda/domain/time.ts';
import { INTERVALS, type Unit } from '../../../lambda/domain/watch.ts';
import { aUnit } from '../../support/store/examples.ts';

const minute = (n: number) => timestampOf(n * MINUTE);
const anInterval = fc.constantFrom(...INTERVALS);

describe('when slots are asked for', () => {
  it('names those of every minute in the window, and no others, once and in order', () => {
    fc.assert(
      fc.property(fc.nat(50_000), fc.nat(3_000), anInterval, (from, length, every) => {
        const expected = new Set<number>();
        for (let m = from + 1; m <= from + length; m++) expected.add(m % every);
        const ranges = slotsDue(minute(from), minute(from + length), every);
        const found = ranges.flatMap(([low, high]) =>
          Array.from({ length: high - low + 1 }, (_, n) => low + n),
        );
        expect(found).toEqual([...expected].sort((a, b) => a - b));
      }),
    );
  });

  it('takes two windows for one: nothing is due twice, and nothing is left out', () => {
    const slots = (from: number, to: number) =>
      slotsDue(minute(from), minute(to), 1440).flatMap(([low, high]) =>
        Array.from({ length: high - low + 1 }, (_, n) => low + n),
      );
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(700), fc.nat(700), (at, first, second) => {
        const both = [...slots(at, at + first), ...slots(at + first, at + first + second)];
        const whole = slots(at, at + first + second);
        expect(both.sort((a, b) => a - b)).toEqual(whole.sort((a, b) => a - b));
      }),
    );
  });
});

describe('when the units of a window are listed', () => {
  const units: Unit[] = INTERVALS.flatMap((every) =>
    Array.from({ length: Math.min(every, 4) }, (_, n) =>
      aUnit({ every, slot: Math.floor((every / 4) * n), id: `${every}-${n}` }),
    ),
  );
  const watches = {
    async *unitsBySlot(_: string, every: number, from: number, to: number, startAfter = '') {
      const found = units
        .filter((unit) => unit.every === every && from <= unit.slot && unit.slot <= to)
        .filter((unit) => unitSortKey(unit) > startAfter);
      yield* found.sort((a, b) => (unitSortKey(a) < unitSortKey(b) ? -1 : 1));
    },
  };
  const lane = { id: 'ghcr.io', intervals: INTERVALS } as unknown as Lane;
  const list = (window: LaneWindow) => Array.fromAsync(dueUnits(watches, lane, window));

  it('goes on after any unit as if it had not stopped', async () => {
    const window = { from: minute(70), to: minute(600), applies: [], sent: false };
    const all = await list(window);
    expect(all.length).toBeGreaterThan(20);
    for (const [n, unit] of all.entries()) {
      const rest = await list({ ...window, resumeAt: resumeAfter(unit) });
      expect(rest).toEqual(all.slice(n + 1));
    }
  });

  it('adds the units of an apply, whatever their slot, and each once', async () => {
    const fresh = units.map((unit) => ({ ...unit, applyId: 'a1' }));
    const store = { unitsBySlot: watches.unitsBySlot };
    units.splice(0, units.length, ...fresh);
    const window = { from: minute(70), to: minute(71), applies: ['a1'], sent: false };
    const all = await Array.fromAsync(dueUnits(store, lane, window));
    expect(all.map(({ id }) => id).sort()).toEqual(units.map(({ id }) => id).sort());
  });
});
