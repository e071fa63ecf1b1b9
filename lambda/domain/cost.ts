/** What a deployed stack costs in a month: pure arithmetic over what is scheduled. */
import { changeLines } from './cost/changes.ts';
import { linesOf, type ScheduledJob, useOf } from './cost/checks.ts';
import { fixedLines } from './cost/fixed.ts';
import { type CostLine, sumOf } from './cost/lines.ts';

export type { ScheduledJob } from './cost/checks.ts';
export { STACK } from './cost/fixed.ts';
export type { CostGroup, CostLine } from './cost/lines.ts';
export { PRICES, PRICES_OF, type Price, type PriceName } from './cost/prices.ts';

/** The checks of one registry. */
export interface LaneCost {
  readonly lane: string;
  readonly tags: number;
  readonly checks: number;
  readonly perSecond: number;
  readonly usd: number;
  readonly usdPerMillionChecks: number;
  /** Of its time that its requests take at that rate; above 1 the lane cannot keep up. */
  readonly load: number;
}

export interface CostEstimate {
  readonly lines: readonly CostLine[];
  readonly lanes: readonly LaneCost[];
  readonly tags: number;
  /** In a month. */
  readonly checks: number;
  readonly moves: number;
  readonly usd: number;
}

/** How often a tag moves in a month, where nobody says otherwise: base images are rebuilt about so often. */
const MOVES_PER_TAG = 1;
const SECONDS_PER_MINUTE = 60;

export function estimateCosts(jobs: readonly ScheduledJob[]): CostEstimate {
  const byLane = [...Map.groupBy(jobs, ({ lane }) => lane)];
  const tags = jobs.reduce((sum, job) => sum + job.tags, 0);
  const moves = tags * MOVES_PER_TAG;
  const use = useOf(jobs);
  const intervals = byLane.map(([, own]) => new Set(own.map(({ every }) => every)).size);
  const lines = [...fixedLines(intervals), ...linesOf(use), ...changeLines(moves)];
  return {
    lines,
    lanes: byLane
      .map(([lane, own]) => laneCost(lane, own))
      .sort((a, b) => (a.lane < b.lane ? -1 : 1)),
    tags,
    checks: use.checks,
    moves,
    usd: sumOf(lines),
  };
}

function laneCost(lane: string, jobs: readonly ScheduledJob[]): LaneCost {
  const use = useOf(jobs);
  const usd = sumOf(linesOf(use));
  const perSecond = Math.min(...jobs.map((job) => job.perSecond));
  const perMinute = jobs.reduce((sum, { tags, every }) => sum + tags / every, 0);
  return {
    lane,
    tags: jobs.reduce((sum, job) => sum + job.tags, 0),
    checks: use.checks,
    perSecond,
    usd,
    usdPerMillionChecks: use.checks === 0 ? 0 : (usd / use.checks) * 1_000_000,
    load: perMinute / (perSecond * SECONDS_PER_MINUTE),
  };
}
