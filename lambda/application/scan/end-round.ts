import type { Deps } from '../deps.ts';
import { ended } from '../dispatch/lane-state.ts';
import { updateLane } from '../lanes.ts';
import type { EndOfRound } from '../ports.ts';

/**
 * The lane may be filled again, unless jobs in front of the marker have sent more behind it: then
 * the marker goes behind those. One of an earlier round, delivered late, changes nothing.
 */
export async function endRound(
  deps: Pick<Deps, 'lanes' | 'queue'>,
  marker: EndOfRound,
): Promise<void> {
  const { lane: id, round, depth = 0 } = marker;
  let deeper = false;
  await updateLane(deps.lanes, id, (lane) => {
    if (lane === undefined || lane.round !== round || lane.roundEnded) return undefined;
    deeper = (lane.depth ?? 0) > depth;
    return deeper ? undefined : ended(lane);
  });
  if (deeper) await sendBehind(deps, { ...marker, depth: depth + 1 });
}

async function sendBehind(
  { queue }: Pick<Deps, 'queue'>,
  body: EndOfRound & { readonly depth: number },
): Promise<void> {
  const { lane, round, depth } = body;
  await queue.send([{ group: lane, deduplicationId: `${lane}/${round}/end+${depth}`, body }]);
}
