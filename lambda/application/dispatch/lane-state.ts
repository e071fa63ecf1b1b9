import { between, type Duration, MINUTE, plus, type Timestamp } from '../../domain/time.ts';
import { INTERVALS, type LaneId } from '../../domain/watch.ts';
import type { Lane, LaneWindow } from '../ports.ts';

/** A round of which no job is worked for longer counts as lost. */
export const ROUND_LEASE: Duration = 30 * MINUTE;
/** A round that is worked writes its lane no more often than this. */
const RENEWED_AFTER: Duration = 5 * MINUTE;

/** What can be done with a lane now. `claimed`: a dispatcher died between claiming a window and noting that it was sent. */
export type LaneCondition = 'throttled' | 'busy' | 'claimed' | 'lost' | 'free';

export function conditionOf(lane: Lane, now: Timestamp): LaneCondition {
  if (lane.notBefore !== undefined && lane.notBefore > now) return 'throttled';
  if (lane.roundEnded) return 'free';
  if (lane.leaseUntil === undefined) return 'claimed';
  return lane.leaseUntil > now ? 'busy' : 'lost';
}

/** So long without a sign of life is no slow job any more: workers renew a lease several times in it. */
const STALLED_AFTER: Duration = 10 * MINUTE;

/** A round was sent and nobody works it: the workers are gone, or what they meet is too much for them. */
export function isStalled(lane: Lane, now: Timestamp): boolean {
  const { leaseUntil, roundEnded } = lane;
  if (roundEnded || leaseUntil === undefined || conditionOf(lane, now) === 'throttled')
    return false;
  return between(plus(leaseUntil, -ROUND_LEASE), now) > STALLED_AFTER;
}

/** Of a lane whose units are there and whose own record is not: an apply was cut short. */
export function newLane(id: LaneId, tick: Timestamp): Lane {
  return {
    v: 1,
    id,
    through: plus(tick, -MINUTE),
    round: 0,
    roundEnded: true,
    rev: 0,
    intervals: INTERVALS,
  };
}

/**
 * The window to send now, and the number of its round. A claimed one is sent again as it was, so
 * that its deduplication ids are the same; a lost one starts over, so that nothing of it is skipped,
 * and ends where it did, so that its age tells how long its units have waited.
 */
export function nextWindow(
  lane: Lane,
  tick: Timestamp,
  condition: LaneCondition,
): { readonly window: LaneWindow; readonly round: number } {
  const { window } = lane;
  if (condition === 'claimed' && window !== undefined) return { window, round: lane.round };
  const round = lane.round + 1;
  if (condition === 'free' && window !== undefined) return { window, round };
  if (condition === 'lost' && window !== undefined) {
    const { resumeAt: _, ...whole } = window;
    return { window: { ...whole, sent: false }, round };
  }
  const applies = unsentFresh(lane);
  return { window: { from: lane.through, to: tick, applies, sent: false }, round };
}

/** The window is being sent; without a lease until all messages are out. */
export function claimed(lane: Lane, window: LaneWindow, round: number): Lane {
  const { leaseUntil: _, depth, asked: __, ...rest } = lane;
  // One that is sent again may have been worked in part.
  const same = round === lane.round && depth !== undefined ? { depth } : {};
  return { ...rest, ...same, round, window, roundEnded: false };
}

/**
 * A round that somebody asked for: what is due stays as it is and goes before the next such round.
 * Without a lease until all messages are out, so that one that died on the way holds up no tick.
 */
export function claimedOnRequest(lane: Lane, now: Timestamp): Lane {
  const { leaseUntil: _, depth: __, ...rest } = lane;
  return { ...rest, round: lane.round + 1, roundEnded: false, asked: now };
}

export function sentOnRequest(lane: Lane, now: Timestamp): Lane {
  return lane.roundEnded ? lane : { ...lane, leaseUntil: plus(now, ROUND_LEASE) };
}

/**
 * The round was sent, up to `resumeAt` if there is more of its window. Its end may have been
 * handled before: then the next round may come at once.
 */
export function sent(lane: Lane, tick: Timestamp, resumeAt: string | undefined): Lane {
  const { window } = lane;
  if (window === undefined) return lane;
  const leased = lane.roundEnded ? lane : { ...lane, leaseUntil: plus(tick, ROUND_LEASE) };
  if (resumeAt !== undefined) return { ...leased, window: { ...window, resumeAt } };
  const { resumeAt: _, ...whole } = window;
  const all = { ...leased, through: window.to, window: { ...whole, sent: true } };
  return settled(sentFresh(all, window.applies));
}

/** A job of its round is being worked: as long as that goes on, the round is not lost. */
export function renewed(lane: Lane, now: Timestamp): Lane | undefined {
  const { leaseUntil } = lane;
  const until = plus(now, ROUND_LEASE);
  if (leaseUntil === undefined || between(leaseUntil, until) < RENEWED_AFTER) return undefined;
  return { ...lane, leaseUntil: until };
}

/** Applies whose units have not been sent yet. */
export function unsentFresh(lane: Lane | undefined): readonly string[] {
  return (lane?.fresh ?? []).filter(({ sent }) => !sent).map(({ applyId }) => applyId);
}

export function sentFresh(lane: Lane, applies: readonly string[]): Lane {
  if (lane.fresh === undefined) return lane;
  const fresh = lane.fresh.map((each) =>
    applies.includes(each.applyId) ? { ...each, sent: true } : each,
  );
  return { ...lane, fresh };
}

/** The end marker of its round was handled. */
export function ended(lane: Lane): Lane {
  const { leaseUntil: _, depth: __, ...rest } = lane;
  return settled({ ...rest, roundEnded: true });
}

/** A window that was sent and worked is forgotten. */
function settled(lane: Lane): Lane {
  if (!lane.roundEnded || lane.window?.sent !== true) return lane;
  const { window: _, ...rest } = lane;
  return rest;
}
