import type { Change } from '../event.ts';
import type { Grace } from '../state.ts';
import type { Draft } from './draft.ts';
import { isClear } from './leaving.ts';
import { closeAlarm, closeOpener, type Outcome } from './outcome.ts';

const TEXT = {
  'signature.gained': 'got its signature: verified',
  'policy.changed': 'is accepted by its policies now',
  'trust.changed': 'is judged anew under another trust root: verified',
} as const;

/**
 * The all-clear: closes what a grace opened when nothing else is awaited of it, and the open alarm
 * when every policy accepts the image. It has the severity of what it closes, so that whoever heard
 * the alarm hears this.
 */
export function settle(
  draft: Draft,
  outcomes: readonly Outcome[],
  orphans: readonly Grace[],
): void {
  const clear = isClear(draft);
  for (const outcome of outcomes) {
    if (outcome.kind === 'gained') tellGain(draft, outcome.cause, clear, outcome.opener);
  }
  for (const orphan of orphans) closeAll(draft, 'policy.changed', clear, orphan);
  if (clear && draft.signatureAlarm() !== undefined) tellGain(draft, 'policy.changed', clear);
}

/** Also when nothing can be closed yet, because something else of the same event is still open. */
function tellGain(draft: Draft, kind: keyof typeof TEXT, clear: boolean, opener?: Grace): void {
  if (closeAll(draft, kind, clear, opener) > 0) return;
  const severity = kind === 'signature.gained' ? 'low' : 'info';
  draft.change({ kind, severity, summary: TEXT[kind] });
}

/** @returns how many events it closed */
function closeAll(draft: Draft, kind: keyof typeof TEXT, clear: boolean, opener?: Grace): number {
  const closings = [...closeOpener(draft, opener), ...(clear ? closeAlarm(draft) : [])];
  for (const closing of closings) {
    const change: Change = { kind, summary: TEXT[kind], ...closing };
    draft.change(change);
  }
  return closings.length;
}
