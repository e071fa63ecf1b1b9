import { HOUR, MINUTE, plus, type Timestamp } from '../../domain/time.ts';
import type { LaneId, Unit } from '../../domain/watch.ts';
import { resumeAfter } from '../dispatch/window.ts';
import { lastChecksByUnit } from '../last-checks.ts';
import type { Selection } from '../select.ts';
import { selects } from '../select.ts';
import { candidateOf, rowOf, type StatusDeps, type StatusRow, silenceOf } from '../status.ts';
import { lanesIn, unitsOfLane } from '../units-of-lane.ts';
import { type WatchedTarget, watchedTargets } from '../watched.ts';
import { type Page, type PageOptions, pageOf } from './page.ts';

/** A lane, the unit before the one that is being shown, and how many tags of that were looked at. */
export interface StatusCursor {
  readonly lane: LaneId;
  readonly after?: string | undefined;
  readonly tags: number;
}

interface Found {
  readonly unit: Unit;
  readonly watched: WatchedTarget;
  readonly silence: Timestamp | undefined;
}

/** Watched tags, lane by lane in the order of their units. */
export async function statusPage(
  deps: StatusDeps,
  now: Timestamp,
  selection: Selection,
  options: PageOptions<StatusCursor>,
): Promise<Page<StatusRow, StatusCursor>> {
  const page = await pageOf(tagsOf(deps, now, selection, options.after), options);
  const units = new Map(page.items.map(({ unit }) => [unit.id, unit]));
  // As far back as a check of a healthy tag can be; of the rest its state says when it was.
  const longest = Math.max(0, ...[...units.values()].map(({ every }) => every));
  const since = plus(now, -Math.max(3 * longest * MINUTE, HOUR));
  const checks = await lastChecksByUnit(deps, since, new Set(units.keys()));
  const items = page.items.map((found) => rowOfFound(found, checks.get(found.unit.id)));
  return page.next === undefined ? { items } : { items, next: page.next };
}

interface Step {
  readonly item: Found | undefined;
  readonly cursor: StatusCursor;
}

async function* tagsOf(
  deps: StatusDeps,
  now: Timestamp,
  selection: Selection,
  from: StatusCursor | undefined,
): AsyncGenerator<Step> {
  const lanes = lanesIn(await deps.lanes.lanes(), selection).toSorted();
  for (const lane of lanes.filter((each) => from === undefined || each >= from.lane)) {
    const silence = await silenceOf(deps, lane, now);
    const start = lane === from?.lane ? from : { lane, tags: 0 };
    yield* tagsOfLane(deps, selection, start, silence);
  }
}

async function* tagsOfLane(
  deps: StatusDeps,
  selection: Selection,
  start: StatusCursor,
  silence: Timestamp | undefined,
): AsyncGenerator<Step> {
  const matches = selects(selection);
  const { lane } = start;
  const from = start.after === undefined ? {} : { after: start.after };
  let place: Pick<StatusCursor, 'after'> = from;
  let skip = start.tags;
  for await (const unit of unitsOfLane(deps.watches, lane, selection, from)) {
    let tags = 0;
    for await (const watched of watchedTargets(deps, unit)) {
      if (++tags <= skip) continue;
      const found = { unit, watched, silence };
      const item = matches(candidateOf(rowOfFound(found, undefined))) ? found : undefined;
      yield { item, cursor: { lane, ...place, tags } };
    }
    skip = 0;
    place = { after: resumeAfter(unit) };
  }
}

function rowOfFound({ watched, silence }: Found, checked: Timestamp | undefined): StatusRow {
  const { target, read } = watched;
  const context = { checked, silence };
  if (read.kind === 'unread') {
    return { ...rowOf(target, undefined, context), inconclusive: { reason: 'state-unread' } };
  }
  return rowOf(target, read.kind === 'found' ? read.state : undefined, context);
}
