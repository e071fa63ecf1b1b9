import type { Change, Decision, EventKind, EventRecord } from '../event.ts';
import { mostSevere, type Severity } from '../severity.ts';
import type { Grace, TagState } from '../state.ts';
import { inBounds } from './bound.ts';
import type { Draft } from './draft.ts';
import { isQuiet } from './draft.ts';
import { schedule } from './due.ts';
import { lastInPlaceOf } from './in-place.ts';
import { isSame } from './same.ts';
import { labelsOf, watchViewsOf } from './terms.ts';
import { toldVerdicts, viewOf } from './views.ts';

/** One observation, one event: its kind is the first of these among its changes. */
const WEIGHTIEST_FIRST: readonly EventKind[] = [
  'tag.acknowledged',
  'tag.immutable-violated',
  'tag.pin-left',
  'tag.moved',
  'tag.missing',
  'tag.access-lost',
  'signature.rejected',
  'signature.lost',
  'signature.unverifiable',
  'signature.signer-changed',
  'trust.changed',
  'policy.changed',
  'watch.failing',
  'tag.first-seen',
  'signature.gained',
  'tag.restored',
  'tag.access-restored',
  'watch.recovered',
];

export function finish(draft: Draft): Decision {
  schedule(draft);
  const { before, next } = draft;
  if (draft.changes.length > 0) return { kind: 'commit', event: eventOf(draft) };
  // The usual case, and the only one that is not worth measuring what it would take to store.
  if (isSame(before, next)) return { kind: 'nothing' };
  const state = inBounds(next);
  // Compared as it would be written: what does not fit is no reason to write again and again.
  if (isSame(before, state)) return { kind: 'nothing' };
  return { kind: 'remember', state: { ...state, rev: before.rev + 1 } };
}

function eventOf(draft: Draft): Extract<Decision, { kind: 'commit' }>['event'] {
  const { input, before, changes, seq, at } = draft;
  const severity = mostSevere(changes.map((change) => change.severity));
  const after = stateAfter(draft, severity);
  const was = viewOf(before, input.terms);
  const now = after.presence === 'present' ? viewOf(after, input.terms) : undefined;
  const resolves = changes.find((change) => change.resolves !== undefined)?.resolves;
  const verified = lastVerifiedOf(after, draft);
  return {
    v: 1,
    subject: input.tagKey,
    seq,
    at,
    kind: kindOf(changes),
    severity,
    state: stateWord(draft, after),
    ...(resolves === undefined ? {} : { resolves }),
    changes,
    alert: changes.some(({ kind, severity }) => kind !== 'tag.first-seen' || severity !== 'info'),
    registry: input.registry,
    repository: input.repository,
    ...(input.tag === undefined ? {} : { tag: input.tag }),
    ...(was === undefined ? {} : { was }),
    ...(now === undefined ? {} : { now }),
    ...lastUnchanged(draft),
    ...(verified === undefined ? {} : { lastVerified: verified }),
    watches: watchViewsOf(input.terms, input.policies),
    sightings: draft.sightings,
    after,
  };
}

function kindOf(changes: readonly Change[]): EventKind {
  // A good baseline, or its proof, gives way to anything that is told with it.
  const weight = ({ kind, severity }: Change) =>
    kind === 'tag.first-seen' && severity === 'info' ? Infinity : WEIGHTIEST_FIRST.indexOf(kind);
  return changes.reduce((heaviest, next) => (weight(next) < weight(heaviest) ? next : heaviest))
    .kind;
}

/** What the event closes later carries its severity, whatever else the event told. */
function stateAfter(draft: Draft, severity: Severity): TagState {
  const { input, before, next, seq, at, raised } = draft;
  const open = { ...next.open };
  for (const [alarm, kind] of raised) open[alarm] = { seq, severity, ...kind };
  const follow = (grace: Grace): Grace => (isOpenedBy(seq, grace) ? { ...grace, severity } : grace);
  return inBounds({
    ...next,
    seq,
    rev: before.rev + 1,
    at,
    open,
    grace: next.grace.map(follow),
    watches: input.terms.map(({ watchId }) => watchId),
    labels: labelsOf(input.terms),
  });
}

function stateWord({ raised, changes, seq }: Draft, after: TagState): EventRecord['state'] {
  const awaits = after.grace.some((grace) => isOpenedBy(seq, grace));
  if (raised.size > 0 || awaits) return 'open';
  return changes.some(({ resolves }) => resolves !== undefined) ? 'closed' : 'note';
}

function lastUnchanged(draft: Draft): Pick<EventRecord, 'lastUnchanged'> {
  const bound = lastInPlaceOf(draft);
  return bound === undefined ? {} : { lastUnchanged: bound };
}

function isOpenedBy(seq: number, grace: Grace): boolean {
  return grace.seq === seq && !isQuiet(grace);
}

/** What to go back to: the last digest that the worst-off policy verified. */
function lastVerifiedOf(after: TagState, { input }: Draft) {
  const worst = toldVerdicts(after, input.terms)[0];
  return worst === undefined ? undefined : after.lastVerified?.[worst.policy]?.digest;
}
