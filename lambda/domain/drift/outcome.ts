import type { Change, EventKind } from '../event.ts';
import { mostSevere, type Severity } from '../severity.ts';
import type { Grace, VerdictRecord } from '../state.ts';
import { type Draft, isQuiet } from './draft.ts';
import { SIGNATURE_ALARMS, type SignatureAlarm } from './judge.ts';

/** What one policy makes of the digest that the tag still points at: what to remember, and what to tell. */
export type Outcome =
  | {
      readonly kind: 'silent';
      /** Absent while the policy has not been asked yet. */
      readonly record?: VerdictRecord;
      readonly grace?: Grace;
    }
  | {
      readonly kind: 'told';
      readonly record: VerdictRecord;
      readonly change: Omit<Change, 'resolves'>;
      readonly alarm: SignatureAlarm;
      /** Under which kind the verdict of this digest is followed up. */
      readonly as?: Grace['kind'];
      /** What held the verdict back until now. */
      readonly opener?: Grace;
    }
  | {
      readonly kind: 'gained';
      readonly record: VerdictRecord;
      readonly cause: Extract<EventKind, 'signature.gained' | 'policy.changed' | 'trust.changed'>;
      readonly opener?: Grace;
    };

export type Told = Extract<Outcome, { kind: 'told' }>;

type Closing = Required<Pick<Change, 'resolves'>> & { readonly severity: Severity };

/** Tells a final verdict and raises its alarm; what was open about the same tag's signature is replaced by it. */
export function tell(draft: Draft, { change, alarm, as, opener }: Told): void {
  const [first, ...others] = [...closeOpener(draft, opener), ...closeAlarm(draft)];
  const severity = mostSevere([change.severity, ...(first === undefined ? [] : [first.severity])]);
  draft.change({ ...change, ...first, severity });
  for (const closing of others) {
    draft.change({ kind: change.kind, summary: 'replaces an earlier alarm', ...closing });
  }
  const rank = (name: SignatureAlarm) => SIGNATURE_ALARMS.indexOf(name);
  const raised = SIGNATURE_ALARMS.find((name) => draft.raised.has(name));
  if (raised !== undefined && rank(raised) <= rank(alarm)) return;
  if (raised !== undefined) draft.raised.delete(raised);
  draft.raise(alarm, as);
}

/** The event that opened a grace, unless nobody was told of it or it is closed already. */
export function closeOpener(draft: Draft, opener: Grace | undefined): Closing[] {
  if (opener === undefined || isQuiet(opener)) return [];
  const { resolves } = draft.resolve(opener.seq);
  return resolves === undefined ? [] : [{ resolves, severity: opener.severity }];
}

export function closeAlarm(draft: Draft): Closing[] {
  const found = draft.signatureAlarm();
  if (found === undefined) return [];
  const { resolves } = draft.close(found.alarm);
  return resolves === undefined ? [] : [{ resolves, severity: found.open.severity }];
}
