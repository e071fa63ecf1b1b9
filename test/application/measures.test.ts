import { describe, expect, it } from '@jest/globals';
import type { DispatchReport } from '../../lambda/application/dispatch.ts';
import {
  measuresOfBacklog,
  measuresOfDelivery,
  measuresOfDispatch,
  measuresOfRegistries,
  measuresOfScan,
} from '../../lambda/application/measures.ts';
import { NO_TOTALS } from '../../lambda/application/totals.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import { AT } from '../support/store/examples.ts';

const idle: DispatchReport = {
  ...{ tick: AT, jobs: 0, pending: 0, busy: [], throttled: [] },
  ...{ lags: new Map(), failed: new Set(), stalled: [] },
};
const complete = (report: DispatchReport) =>
  measuresOfDispatch(report).find(({ name }) => name === 'CompleteTicks')?.value;

describe('a tick', () => {
  it('is complete when nothing is due', () => {
    expect(measuresOfDispatch(idle)).toEqual([
      { name: 'CompleteTicks', value: 1 },
      { name: 'LaneLag', value: 0 },
    ]);
  });

  it('is not when a lane failed, or nobody works its round', () => {
    expect(complete({ ...idle, failed: new Set(['ghcr.io']) })).toBe(0);
    expect(complete({ ...idle, stalled: ['ghcr.io'] })).toBe(0);
    expect(complete({ ...idle, busy: ['ghcr.io'] })).toBe(1);
  });

  it('names the ten lanes that lag most, and none that does not', () => {
    const lags = new Map(Array.from({ length: 40 }, (_, n) => [`lane-${n}`, n * MINUTE]));
    const measures = measuresOfDispatch({ ...idle, lags });
    expect(measures).toContainEqual({ name: 'LaneLag', value: 39 * 60 });
    const lanes = measures.flatMap(({ dimension }) => dimension?.value ?? []);
    expect(lanes).toEqual(Array.from({ length: 10 }, (_, n) => `lane-${39 - n}`));
    expect(measuresOfDispatch({ ...idle, lags: new Map([['ghcr.io', MINUTE]]) })).toEqual([
      { name: 'CompleteTicks', value: 1 },
      { name: 'LaneLag', value: 60 },
    ]);
  });
});

describe('a scan', () => {
  it('counts reasons one by one and together', () => {
    const inconclusive = { timeout: 2, throttled: 3, tls: 0 };
    const measures = measuresOfScan({ ...NO_TOTALS, checked: 9, unchanged: 4, inconclusive });
    expect(measures).toContainEqual({ name: 'Checked', value: 9 });
    expect(measures.filter(({ name }) => name === 'Inconclusive')).toEqual([
      { name: 'Inconclusive', value: 5 },
      { name: 'Inconclusive', value: 2, dimension: { name: 'reason', value: 'timeout' } },
      { name: 'Inconclusive', value: 3, dimension: { name: 'reason', value: 'throttled' } },
    ]);
  });

  it('says how much of it found nothing out', () => {
    const inconclusive = { timeout: 3 };
    const shareOf = (checked: number) =>
      measuresOfScan({ ...NO_TOTALS, checked, inconclusive }).find(
        ({ name }) => name === 'InconclusiveShare',
      )?.value;
    expect([shareOf(12), shareOf(3), shareOf(0)]).toEqual([25, 100, 100]);
  });

  it('says nothing of an end marker', () => {
    expect(measuresOfScan(NO_TOTALS)).toEqual([]);
  });
});

describe('registries', () => {
  it('are named by the quota that is left, the ten scarcest', () => {
    const quotas = new Map(Array.from({ length: 20 }, (_, n) => [`host-${n}`, n]));
    const measures = measuresOfRegistries({ requests: 7, quotas });
    expect(measures[0]).toEqual({ name: 'RegistryRequests', value: 7 });
    expect(measures.slice(1).map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(measuresOfRegistries({ requests: 0, quotas: new Map() })).toEqual([]);
  });
});

describe('alerts', () => {
  it('are told with their age in seconds', () => {
    expect(measuresOfBacklog({ pending: 3, oldest: 2 * MINUTE })).toEqual([
      { name: 'AlertsPending', value: 3 },
      { name: 'OldestPendingAlertAge', value: 120 },
    ]);
    const report = { delivered: 1, silent: 0, deferred: 0, setAside: 2 };
    expect(measuresOfDelivery(report)).toEqual([{ name: 'AlertsSetAside', value: 2 }]);
  });
});
