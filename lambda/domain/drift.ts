/**
 * Drift: from what is remembered and what was observed to one decision. Pure: the same input gives
 * the same decision, whoever makes it.
 *
 * The one rule about moves. A move is told at once, by the observation that proved it, with what is
 * final at that moment:
 * - A final verdict (verified, not required, broken signature) is told with the move. So is every
 *   verdict of a rollback or of an immutable tag: these have no grace.
 * - A verdict that may still change for the better (unsigned, signed by someone else, attestation
 *   missing, inconclusive) is held back for the grace of its policy. The move is told as `medium`,
 *   "awaiting signature"; that event is open.
 * - What ends the grace closes or replaces that event: `signature.gained` when this digest's own
 *   signature arrives, `signature.rejected` when a broken one does, the final verdict under the kind
 *   of the opening event (`tag.moved`, `tag.first-seen`) when the time is over (as last seen, if the
 *   tag cannot be read then), and the next move when the tag leaves the digest first.
 * Of a tag at most one signature alarm is open; a newer one replaces (`resolves`) the older.
 */

import { finish } from './drift/decision.ts';
import { Draft } from './drift/draft.ts';
import { fail, recover } from './drift/failing.ts';
import { endGraces } from './drift/grace-over.ts';
import { rememberInPlace } from './drift/in-place.ts';
import type { DriftInput, PresentObservation } from './drift/input.ts';
import { takeNewDigest } from './drift/moves.ts';
import { comparePins, rememberPlace } from './drift/pins.ts';
import { takeAbsent, takeDenied, takePresence } from './drift/presence.ts';
import { takeSameDigest } from './drift/unmoved.ts';
import type { Decision } from './event.ts';

export {
  type AcknowledgeInput,
  type Acknowledgement,
  acknowledge,
} from './drift/acknowledge.ts';
export { needsVerification } from './drift/due.ts';
export type { DriftInput } from './drift/input.ts';
export { listedByApi } from './drift/judge.ts';

export function decide(input: DriftInput): Decision {
  const { observation } = input;
  const draft = new Draft(input, observation.at);
  switch (observation.kind) {
    case 'present':
      takePresent(draft, observation);
      break;
    case 'absent':
      takeAbsent(draft, observation);
      break;
    case 'denied':
      takeDenied(draft, observation);
      break;
    case 'inconclusive':
      fail(draft, observation.reason, observation.detail);
      break;
  }
  endGraces(draft);
  rememberInPlace(draft);
  return finish(draft);
}

function takePresent(draft: Draft, seen: PresentObservation): void {
  const { digest } = draft.before;
  // A HEAD may prove "unchanged" or be a baseline; only hashed bytes prove a move.
  if (digest !== undefined && digest !== seen.digest && !seen.proven) {
    fail(draft, 'unproven', `the registry names ${seen.digest} and no bytes have proved it`);
    return;
  }
  if (digest === seen.digest) takeSameDigest(draft, seen);
  else takeNewDigest(draft, seen);
  takePresence(draft);
  comparePins(draft);
  rememberPlace(draft);
  recover(draft);
}
