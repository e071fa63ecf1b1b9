import { describe, expect, it } from '@jest/globals';
import { estimateCosts, PRICES, type ScheduledJob } from '../../lambda/domain/cost.ts';

/** A hundred tags of one repository, in a registry that takes sixty requests a second. */
const JOB: ScheduledJob = {
  lane: 'ghcr.io',
  every: 5,
  slot: 0,
  tags: 100,
  isFilter: false,
  perSecond: 60,
  messageBytes: 18_000,
  itemBytes: 1_500,
};
const fleet = (repositories: number, changes: Partial<ScheduledJob> = {}) =>
  Array.from({ length: repositories }, (_, n) => ({ ...JOB, slot: n % JOB.every, ...changes }));
const groupOf = (jobs: readonly ScheduledJob[], group: string) =>
  estimateCosts(jobs)
    .lines.filter((line) => line.group === group)
    .reduce((sum, { usd }) => sum + usd, 0);

describe('a million checks of unchanged tags', () => {
  it('cost at most 0.20 USD where the registry takes 60 a second', () => {
    const [lane] = estimateCosts(fleet(100)).lanes;
    expect(lane).toMatchObject({ tags: 10_000, checks: 86_400_000, perSecond: 60 });
    expect(lane?.usdPerMillionChecks).toBeLessThanOrEqual(0.2);
    expect(lane?.usdPerMillionChecks).toBeGreaterThan(0.1);
  });

  it('cost what the database, the queue and the wait cost, and nothing else', () => {
    const lines = estimateCosts([{ ...JOB, every: 1440 }]).lines.filter(
      ({ group }) => group === 'checks',
    );
    const quantities = Object.fromEntries(lines.map(({ what, quantity }) => [what, quantity]));
    // Thirty runs of one job, and thirty rounds.
    expect(quantities['reads: states, lanes, what is due']).toBeCloseTo(
      30 * (50 + 1 + 1500 / 4096 + 3),
    );
    expect(quantities['writes: receipts and rounds']).toBe(30 * (1 + 4));
    expect(quantities['scan: invocations']).toBe(60);
    const seconds = 100 / 60 + 0.15 + 0.15;
    expect(quantities['scan: waiting for registries']).toBeCloseTo((30 * seconds * 384) / 1024);
    for (const { quantity, price, usd } of lines) expect(usd).toBe(quantity * PRICES[price].usd);
  });

  it('cost more by the wait alone where the registry is slower', () => {
    const [quick, slow] = [60, 4].map((perSecond) => estimateCosts([{ ...JOB, perSecond }]));
    const waiting = ({ lines }: ReturnType<typeof estimateCosts>) =>
      lines.find(({ what }) => what === 'scan: waiting for registries')?.usd ?? 0;
    const more = (slow?.usd ?? 0) - (quick?.usd ?? 0);
    expect(more).toBeGreaterThan(0);
    expect(more).toBeCloseTo((slow ? waiting(slow) : 0) - (quick ? waiting(quick) : 0));
  });

  it('cost more where every tag is a job of its own', () => {
    const alone = fleet(100, { tags: 1, messageBytes: 700, itemBytes: 600 });
    const [one] = estimateCosts(alone).lanes;
    const [hundred] = estimateCosts(fleet(100)).lanes;
    expect(one?.usdPerMillionChecks).toBeGreaterThan(5 * (hundred?.usdPerMillionChecks ?? 0));
  });

  it('cost more of a filter, whose tags are looked up first', () => {
    const [filter] = estimateCosts([{ ...JOB, isFilter: true }]).lanes;
    const [explicit] = estimateCosts([JOB]).lanes;
    expect(filter?.usd).toBeGreaterThan(explicit?.usd ?? Number.NaN);
  });
});

describe('the estimate', () => {
  it('has fixed lines that hardly depend on what is watched', () => {
    const nothing = groupOf([], 'fixed');
    expect(nothing).toBeGreaterThan(5);
    expect(groupOf(fleet(100), 'fixed') - nothing).toBeLessThan(1);
    expect(estimateCosts([])).toMatchObject({ tags: 0, checks: 0, lanes: [] });
    expect(groupOf([], 'checks')).toBe(0);
  });

  it('grows with what is checked', () => {
    const [one, two] = [groupOf(fleet(100), 'checks'), groupOf(fleet(200), 'checks')];
    expect(two / one).toBeGreaterThan(1.9);
    expect(two / one).toBeLessThan(2.01);
  });

  it('says when a lane cannot keep up', () => {
    const [lane] = estimateCosts(fleet(100, { perSecond: 30 })).lanes;
    expect(lane?.load).toBeCloseTo(10_000 / 5 / 60 / 30);
    const [slow] = estimateCosts(fleet(100, { perSecond: 1 })).lanes;
    expect(slow?.load).toBeGreaterThan(1);
  });

  it('adds up', () => {
    const { lines, usd } = estimateCosts(fleet(3));
    expect(lines.reduce((sum, line) => sum + line.usd, 0)).toBeCloseTo(usd);
  });
});
