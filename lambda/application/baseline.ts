/** What `baseline.taken` lists: every tag of an apply is in one of them. */
export const BASELINE_OUTCOMES = [
  'resolved',
  'unsigned',
  'rejected',
  'not found',
  'denied',
  'inconclusive',
] as const;
export type BaselineOutcome = (typeof BASELINE_OUTCOMES)[number];
