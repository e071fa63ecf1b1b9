import type { Totals } from './ports.ts';

export const NO_TOTALS: Totals = {
  checked: 0,
  unchanged: 0,
  firstSeen: 0,
  moved: 0,
  events: 0,
  missing: 0,
  denied: 0,
  inconclusive: {},
  verified: 0,
  unsigned: 0,
  rejected: 0,
  dropped: 0,
};

export function addTotals(a: Totals, b: Totals): Totals {
  const inconclusive = { ...a.inconclusive };
  for (const [reason, count] of Object.entries(b.inconclusive)) {
    inconclusive[reason] = (inconclusive[reason] ?? 0) + count;
  }
  return {
    checked: a.checked + b.checked,
    unchanged: a.unchanged + b.unchanged,
    firstSeen: a.firstSeen + b.firstSeen,
    moved: a.moved + b.moved,
    events: a.events + b.events,
    missing: a.missing + b.missing,
    denied: a.denied + b.denied,
    inconclusive,
    verified: a.verified + b.verified,
    unsigned: a.unsigned + b.unsigned,
    rejected: a.rejected + b.rejected,
    dropped: a.dropped + b.dropped,
  };
}
