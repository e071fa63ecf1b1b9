import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Receipt, Run, RunStore, Totals } from '../../../lambda/application/ports.ts';
import { DAY, MINUTE, plus } from '../../../lambda/domain/time.ts';
import { AT } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
let runs: RunStore;
beforeEach(async () => {
  on = await startStore({ now: () => plus(AT, MINUTE) });
  runs = on.store.runs;
});
afterEach(() => on.close());

const totals = (checked: number) => ({ checked, inconclusive: {} }) as unknown as Totals;
const receipt = (changes: Partial<Receipt> = {}): Receipt => ({
  v: 1,
  tick: AT,
  job: 'ghcr.io/1/1',
  offset: 0,
  lane: 'ghcr.io',
  unit: 'unit-1',
  at: AT,
  totals: totals(1),
  spawned: 0,
  whole: true,
  ...changes,
});
const run = (tick: string): Run => ({
  v: 1,
  tick,
  jobs: 1,
  receipts: 1,
  startedAt: tick,
  totals: totals(1),
});

describe('receipts', () => {
  it('count a job once that was delivered twice', async () => {
    await runs.putReceipt(receipt());
    await runs.putReceipt(receipt({ totals: totals(99) }));
    await runs.putReceipt(receipt({ offset: 100 }));
    await runs.putReceipt(receipt({ tick: plus(AT, MINUTE) }));
    const found = await Array.fromAsync(runs.receipts(AT));
    expect(found).toEqual([receipt(), receipt({ offset: 100 })]);
  });

  it('of a baseline are found by the apply, and there before the receipt says so', async () => {
    const baseline = { applyId: 'apply-1', lists: { resolved: ['ghcr.io/acme/app:1'] } };
    on.faults.crashAt(1, 'after');
    await expect(runs.putReceipt(receipt({ baseline }))).rejects.toThrow();
    on.faults.revive();
    expect(await Array.fromAsync(runs.receipts(AT))).toEqual([]);
    await runs.putReceipt(receipt({ baseline }));
    await runs.putReceipt(receipt({ job: 'other' }));
    expect(await Array.fromAsync(runs.baselineReceipts('apply-1'))).toEqual([
      receipt({ baseline }),
    ]);
  });
});

describe('runs', () => {
  it('are newest first, since a time, over days', async () => {
    const ticks = [plus(AT, -2 * DAY), plus(AT, -DAY), plus(AT, -MINUTE), AT];
    for (const tick of ticks) await runs.putRun(run(tick));
    const since = async (at: string) =>
      (await Array.fromAsync(runs.runs(at))).map(({ tick }) => tick);
    expect(await since(plus(AT, -DAY))).toEqual(ticks.slice(1).reverse());
    expect(await since('1970-01-01T00:00:00.000Z')).toEqual(ticks.toReversed());
  });

  it('are replaced by their later totals', async () => {
    await runs.putRun(run(AT));
    await runs.putRun({ ...run(AT), finishedAt: AT });
    expect(await Array.fromAsync(runs.runs(AT))).toEqual([{ ...run(AT), finishedAt: AT }]);
  });
});
