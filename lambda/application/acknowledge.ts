import { type Acknowledgement, acknowledge } from '../domain/drift.ts';
import { type EventRecord, eventIdOf } from '../domain/event.ts';
import { laneOf } from '../domain/reference.ts';
import type { TagState } from '../domain/state.ts';
import { type CommitDeps, commitDecision } from './commit.ts';
import type { Deps } from './deps.ts';
import { newLane } from './dispatch/lane-state.ts';
import { termsOf } from './dispatch/pending.ts';
import { policiesOf } from './policies.ts';
import type { AcknowledgeJob } from './ports.ts';
import { tickOf } from './tick.ts';

/** To say what would become of it, without writing anything. */
export type PreviewDeps = Pick<Deps, 'events' | 'states' | 'watches' | 'lanes' | 'clock' | 'log'>;
export type AcknowledgeDeps = CommitDeps & PreviewDeps & Pick<Deps, 'ids'>;

/** What became of it. */
export type Acknowledged =
  | { readonly kind: 'done'; readonly event: EventRecord }
  /** Somebody had said so already, in this event. */
  | { readonly kind: 'already'; readonly seq: number }
  | { readonly kind: 'refused'; readonly why: string };

export type AcknowledgeRequest = Pick<AcknowledgeJob, 'id' | 'subject' | 'seq' | 'reason'>;

/** Others decided about the same tag at the same time, again and again. */
const ATTEMPTS = 5;

/** Commits a `tag.acknowledged`, unless the tag is not as the person has seen it any more. */
export async function acknowledgeEvent(
  deps: AcknowledgeDeps,
  request: AcknowledgeRequest,
): Promise<Acknowledged> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const decision = await previewAcknowledgement(deps, request);
    if (decision.kind === 'refused') {
      const { id, subject, seq } = request;
      const event = eventIdOf({ subject, seq });
      deps.log.warn('not acknowledged', { event, request: id, why: decision.why });
    }
    if (decision.kind !== 'commit') return decision;
    const event = { ...decision.event, commitId: deps.ids.newId() };
    if ((await commitDecision(deps, event)) !== 'collision') return { kind: 'done', event };
  }
  const event = eventIdOf(request);
  throw new Error(`${event} could not be acknowledged: its tag changes all the time`);
}

/** What would be committed now, or why nothing. */
export async function previewAcknowledgement(
  deps: PreviewDeps,
  { id, subject, seq, reason }: AcknowledgeRequest,
): Promise<Acknowledgement> {
  const event = await deps.events.get(subject, seq);
  if (event === undefined) return { kind: 'refused', why: 'there is no such event' };
  const read = await deps.states.read(subject);
  if (read.kind === 'unread') throw new Error(`state of ${subject}: ${read.detail}`);
  if (read.kind === 'absent') return { kind: 'refused', why: 'the event is about no tag' };
  const { state } = read;
  const { tagKey, registry, repository, tag } = state;
  const terms = await watchedBy(deps, state);
  if (terms.length === 0) return { kind: 'refused', why: 'the tag is not watched any more' };
  return acknowledge({
    ...{ tagKey, registry, repository, ...(tag === undefined ? {} : { tag }) },
    ...{ state, terms, policies: await policiesOf(deps.watches, terms) },
    ...{ event, reason, request: id, at: deps.clock.now() },
  });
}

async function watchedBy(deps: PreviewDeps, state: TagState) {
  const id = laneOf(state.registry);
  const lane = (await deps.lanes.read(id)) ?? newLane(id, tickOf(deps.clock.now()));
  return termsOf(deps, lane, state);
}
