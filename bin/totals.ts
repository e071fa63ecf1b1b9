import type { Totals } from '../lambda/application/ports.ts';

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
