import { type EventRecord, eventIdOf } from '../../domain/event.ts';
import {
  between,
  type Duration,
  HOUR,
  laterOf,
  MINUTE,
  type Timestamp,
} from '../../domain/time.ts';
import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';
import { commitNote } from '../note.ts';
import type { Lane } from '../ports.ts';

type BehindDeps = Pick<Deps, 'events' | 'lanes' | 'ids' | 'log' | 'onCommit'>;

/** How long slots of a lane have waited behind a round or a silence; 0 when nothing keeps it. */
export function lagOf(lane: Lane, blocked: boolean, now: Timestamp): Duration {
  return blocked ? Math.max(0, between(waitingSince(lane), now)) : 0;
}

/**
 * Tells once that a lane lags, and once that it has caught up. A lane lags when slots older than
 * three of its shortest intervals, and than an hour, wait behind a round or a silence; the window
 * of an idle lane may be as old as it likes.
 */
export async function watchLag(
  deps: BehindDeps,
  lane: Lane,
  blocked: boolean,
  now: Timestamp,
): Promise<void> {
  const lag = lagOf(lane, blocked, now);
  const lags = lag > Math.max(3 * Math.min(...lane.intervals) * MINUTE, HOUR);
  if (lags === (lane.behind !== undefined)) return;
  const subject = `registry:${lane.id}`;
  const [newest] = await deps.events.history(subject, { limit: 1 });
  const told = lags
    ? await tell(deps, lane, lag, newest, now)
    : await close(deps, lane, newest, now);
  if (told === undefined) return;
  await updateLane(deps.lanes, lane.id, (current) => {
    if (current === undefined) return undefined;
    const { behind: _, ...rest } = current;
    return lags ? { ...rest, behind: told } : rest;
  });
}

/**
 * Who lags has caught up only with a window that begins in time; until then, a window is as old as
 * its claim, because an idle lane may have let hours pass before it. So may one that a round holds
 * up that somebody asked for.
 */
function waitingSince({ window, through, behind, asked = '' }: Lane): Timestamp {
  if (window === undefined) return behind === undefined ? laterOf(through, asked) : through;
  return behind === undefined ? window.to : window.from;
}

/** The number of the event that says so, be it one that a dispatcher committed before it died. */
async function tell(
  deps: BehindDeps,
  lane: Lane,
  lag: Duration,
  newest: EventRecord | undefined,
  now: Timestamp,
): Promise<number | undefined> {
  if (newest?.kind === 'watch.failing' && newest.state === 'open') return newest.seq;
  const minutes = Math.floor(lag / MINUTE);
  const summary = `checks of ${lane.id} are ${minutes} minutes behind`;
  const event = await commitNote(
    deps,
    {
      subject: `registry:${lane.id}`,
      kind: 'watch.failing',
      severity: 'medium',
      state: 'open',
      alert: true,
      registry: lane.id,
      changes: [{ kind: 'watch.failing', severity: 'medium', summary }],
      data: { reason: 'behind', minutes, through: lane.through },
    },
    newest,
    now,
  );
  return event?.seq;
}

async function close(
  deps: BehindDeps,
  lane: Lane,
  newest: EventRecord | undefined,
  now: Timestamp,
): Promise<number | undefined> {
  const subject = `registry:${lane.id}`;
  const resolves = eventIdOf({ subject, seq: lane.behind ?? 0 });
  if (newest?.resolves === resolves) return newest.seq;
  const summary = `checks of ${lane.id} have caught up`;
  const event = await commitNote(
    deps,
    {
      subject,
      kind: 'watch.recovered',
      severity: 'medium',
      state: 'closed',
      resolves,
      alert: true,
      registry: lane.id,
      changes: [{ kind: 'watch.recovered', severity: 'medium', summary, resolves }],
      data: { reason: 'behind' },
    },
    newest,
    now,
  );
  return event?.seq;
}
