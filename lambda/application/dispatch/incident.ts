import { type EventRecord, eventIdOf } from '../../domain/event.ts';
import type { Timestamp } from '../../domain/time.ts';
import {
  failingRepositories,
  failingTags,
  isWorthTelling,
  type Trouble,
  type TroubleKind,
} from '../../domain/trouble.ts';
import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';
import { commitNote } from '../note.ts';
import type { Lane } from '../ports.ts';

type IncidentDeps = Pick<Deps, 'events' | 'lanes' | 'ids' | 'log' | 'onCommit'>;

/** More events of one registry than could have come since an unfinished one. */
const RECENT = 8;

const WHAT: Record<TroubleKind, string> = {
  unavailable: 'cannot be reached, or fails',
  throttled: 'asks for fewer requests',
  quota: 'has no pulls left for us: what moved waits for its proof',
  denied: 'denies access to most tags',
  absent: 'no longer finds most tags',
  misbehaving: 'gives answers that are not those of a registry',
};

/**
 * Tells once that a registry as a whole fails, in place of an event for each of its tags, and once
 * that it is well again.
 */
export async function watchIncident(deps: IncidentDeps, lane: Lane, now: Timestamp): Promise<void> {
  const { trouble, intervals, incident } = lane;
  const isOver = trouble?.wide === undefined;
  if (incident === undefined) {
    if (trouble === undefined || !isWorthTelling(trouble, intervals, now)) return;
    await note(deps, lane, await tell(deps, lane, trouble, now));
  } else if (isOver) {
    if (await close(deps, lane, incident, now)) await note(deps, lane, undefined);
  }
}

async function note(deps: IncidentDeps, { id }: Lane, incident: number | undefined): Promise<void> {
  await updateLane(deps.lanes, id, (lane) => {
    if (lane === undefined || lane.incident === incident) return undefined;
    const { incident: _, ...rest } = lane;
    return incident === undefined ? rest : { ...rest, incident };
  });
}

/** The number of the event that says so, be it one that a dispatcher committed before it died. */
async function tell(
  deps: IncidentDeps,
  { id }: Lane,
  trouble: Trouble,
  now: Timestamp,
): Promise<number | undefined> {
  const { wide } = trouble;
  if (wide === undefined) return undefined;
  const subject = `registry:${id}`;
  const recent = await deps.events.history(subject, { limit: RECENT });
  const told = recent.find(({ kind, seq }) => kind === 'registry.failing' && isOpen(recent, seq));
  if (told !== undefined) return told.seq;
  const summary = `${id} ${WHAT[wide.kind]}, since ${wide.since}`;
  const event = await commitNote(
    deps,
    {
      subject,
      kind: 'registry.failing',
      severity: 'medium',
      state: 'open',
      alert: true,
      registry: id,
      changes: [{ kind: 'registry.failing', severity: 'medium', summary }],
      data: {
        reason: wide.kind,
        since: wide.since,
        tags: failingTags(trouble),
        repositories: failingRepositories(trouble),
      },
    },
    recent[0],
    now,
  );
  return event?.seq;
}

function isOpen(events: readonly EventRecord[], seq: number): boolean {
  return !events.some(({ subject, resolves }) => resolves === eventIdOf({ subject, seq }));
}

/** Whether it is closed, by us or by one that died behind its commit. */
async function close(
  deps: IncidentDeps,
  { id }: Lane,
  incident: number,
  now: Timestamp,
): Promise<boolean> {
  const subject = `registry:${id}`;
  const recent = await deps.events.history(subject, { limit: RECENT });
  if (!isOpen(recent, incident)) return true;
  const resolves = eventIdOf({ subject, seq: incident });
  const summary = `${id} answers again`;
  const event = await commitNote(
    deps,
    {
      subject,
      kind: 'registry.recovered',
      severity: 'medium',
      state: 'closed',
      resolves,
      alert: true,
      registry: id,
      changes: [{ kind: 'registry.recovered', severity: 'medium', summary, resolves }],
      data: {},
    },
    recent[0],
    now,
  );
  return event !== undefined;
}
