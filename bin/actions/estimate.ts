import { deflateRawSync } from 'node:zlib';
import { mannersOf } from '../../lambda/adapters/registry/index.ts';
import {
  type CostEstimate,
  type CostGroup,
  type CostLine,
  estimateCosts,
  type LaneCost,
  PRICES,
  PRICES_OF,
  type ScheduledJob,
} from '../../lambda/domain/cost.ts';
import { unitsOf } from '../../lambda/domain/units.ts';
import type { Unit } from '../../lambda/domain/watch.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { loadWatchlist } from '../watchlist-file.ts';

/** Of a registry that publishes no limit: less than what our connections give. */
const UNLIMITED = 100;
/** Of a message besides its unit, and of an item besides its document. */
const ENVELOPE = 300;

export async function estimate(cli: Cli, file: string | undefined): Promise<ExitCode> {
  const { watches } = await loadWatchlist(cli, file);
  const found = estimateCosts(unitsOf(watches).map(jobOf));
  const { output } = cli;
  if (output.format === 'table') show(cli, found);
  else output.data(dataOf(found));
  return EXIT.done;
}

function jobOf(unit: Unit): ScheduledJob {
  const { lane, every, slot, tags, filter, registry } = unit;
  const text = JSON.stringify(unit);
  return {
    ...{ lane, every, slot },
    tags: filter?.max ?? tags.length,
    isFilter: filter !== undefined,
    perSecond: mannersOf(registry).perSecond ?? UNLIMITED,
    messageBytes: text.length + ENVELOPE,
    itemBytes: deflateRawSync(text).length + ENVELOPE,
  };
}

const GROUPS: readonly (readonly [CostGroup, string])[] = [
  ['fixed', 'Fixed: there even with nothing to watch'],
  ['checks', 'Checks: of tags that have not moved'],
  ['changes', 'Changes: one move of every tag in a month, with its alert (a guess)'],
];

function show({ output }: Cli, found: CostEstimate): void {
  for (const [group, title] of GROUPS) {
    const lines = found.lines.filter((line) => line.group === group);
    output.line(title);
    output.table(
      ['what', 'quantity', 'price', 'usd'],
      [...lines.map(cellsOf), ['sum', '', '', usd(sumOf(lines))]],
    );
    output.line();
  }
  if (found.lanes.length > 0) {
    output.table(
      ['registry', 'tags', 'checks', 'per second', 'usd', 'usd per million checks', 'load'],
      found.lanes.map(laneCells),
    );
    output.line();
  }
  const { tags, checks } = found;
  output.line(`${usd(found.usd)} USD a month for ${tags} tags and ${count(checks)} checks`);
  output.note(`prices: ${PRICES_OF}; without free tier, NAT gateway, keys of your own and taxes`);
  for (const { lane } of found.lanes.filter(({ load }) => load > 1)) {
    output.warn(`${lane} does not take so many requests: expected longer intervals, or fewer tags`);
  }
}

function cellsOf({ what, quantity, price, usd: amount }: CostLine): string[] {
  const { unit, listed } = PRICES[price];
  return [what, count(quantity), `${listed}, ${unit}`, usd(amount)];
}

function laneCells(lane: LaneCost): string[] {
  return [
    lane.lane,
    String(lane.tags),
    count(lane.checks),
    String(lane.perSecond),
    usd(lane.usd),
    usd(lane.usdPerMillionChecks),
    `${Math.ceil(lane.load * 100)} %`,
  ];
}

function dataOf({ lines, ...rest }: CostEstimate): unknown {
  return {
    ...rest,
    currency: 'USD',
    prices: PRICES_OF,
    lines: lines.map(({ price, ...line }) => ({
      ...line,
      unit: PRICES[price].unit,
      unitPrice: PRICES[price].usd,
    })),
  };
}

function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, line) => sum + line.usd, 0);
}

function usd(amount: number): string {
  return amount.toFixed(2);
}

function count(quantity: number): string {
  return quantity >= 100
    ? Math.round(quantity).toLocaleString('en-US')
    : String(Number(quantity.toPrecision(3)));
}
