import type { Totals } from '../lambda/application/ports.ts';
import type { RunSummary } from '../lambda/application/runs.ts';
import type { Selection } from '../lambda/application/select.ts';
import type { Cli } from './cli.ts';
import { printable } from './printable.ts';

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `12 checked · 11 unchanged · 1 moved`: only what there was, what went wrong last. */
export function totalsText(totals: Totals): string {
  const counts: readonly (readonly [number, string])[] = [
    [totals.unchanged, 'unchanged'],
    [totals.firstSeen, 'first seen'],
    [totals.moved, 'moved'],
    [totals.verified, 'verified'],
    [totals.unsigned, 'unsigned'],
    [totals.rejected, 'rejected'],
    [totals.missing, 'missing'],
    [totals.denied, 'denied'],
    [totals.dropped, 'dropped'],
  ];
  const reasons = Object.entries(totals.inconclusive)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
  const shown = counts.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  const unclear = sumOf(totals.inconclusive);
  return [
    `${totals.checked} checked`,
    ...shown,
    ...(unclear > 0 ? [`${unclear} inconclusive (${reasons})`] : []),
  ].join(' · ');
}

/** The last line of a scan. */
export function totalsLine({ run, throttled }: ScanReport): string {
  const silent =
    throttled.length === 0 ? '' : ` · not asked, as they want silence: ${throttled.join(', ')}`;
  return `${totalsText(run.totals)}${silent}${run.incomplete ? ' · incomplete' : ''}`;
}

/** What one scan came to, whoever did it. */
export interface ScanReport {
  readonly run: RunSummary;
  /** Registries that asked for silence: not asked. */
  readonly throttled: readonly string[];
}

/** A typo would look like a round in which nothing happened. */
export function warnOfNothing(cli: Cli, { patterns = [] }: Selection): void {
  if (cli.signal.aborted) return;
  const what = patterns.length === 0 ? '' : ` ${printable(patterns.join(', '))}`;
  cli.output.warn(`nothing is watched that fits${what}`);
}
