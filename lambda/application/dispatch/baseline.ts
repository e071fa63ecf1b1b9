import { between, type Duration, HOUR, type Timestamp } from '../../domain/time.ts';
import { BASELINE_OUTCOMES, type BaselineOutcome } from '../baseline.ts';
import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';
import { commitNote } from '../note.ts';
import type { FreshUnits, Lane, Receipt } from '../ports.ts';

/** A baseline whose checks have not all been receipted by then ends without them. */
const PATIENCE: Duration = 6 * HOUR;
/** Of each list; the counts are whole. */
const LISTED = 100;

type BaselineDeps = Pick<Deps, 'events' | 'runs' | 'lanes' | 'ids' | 'log' | 'onCommit'>;

/**
 * Commits one `baseline.taken` for every apply whose units were all checked, and only then forgets
 * the apply: who dies in between finds the event committed already.
 */
export async function finishBaselines(
  deps: BaselineDeps,
  lanes: readonly Lane[],
  now: Timestamp,
): Promise<void> {
  const fresh = lanes.flatMap((lane) => (lane.fresh ?? []).map((each) => ({ ...each, lane })));
  for (const [applyId, parts] of Map.groupBy(fresh, (each) => each.applyId)) {
    const impatient = parts.some(({ at }) => between(at, now) > PATIENCE);
    if (!impatient && !parts.every(({ sent }) => sent)) continue;
    const baseline = await gather(deps, applyId, parts);
    if (!baseline.complete && !impatient) continue;
    await commitBaseline(deps, applyId, baseline, now);
    for (const { lane } of parts) await forgetApply(deps, lane, applyId);
  }
}

interface Baseline {
  readonly complete: boolean;
  readonly counts: Record<BaselineOutcome, number>;
  readonly lists: Record<BaselineOutcome, string[]>;
}

async function gather(
  deps: BaselineDeps,
  applyId: string,
  parts: readonly FreshUnits[],
): Promise<Baseline> {
  const counts = perOutcome(() => 0);
  const lists = perOutcome((): string[] => []);
  const units = new Set<string>();
  let receipts = 0;
  let spawned = 0;
  for await (const receipt of deps.runs.baselineReceipts(applyId)) {
    receipts++;
    spawned += receipt.spawned;
    units.add(receipt.unit);
    addTo(counts, lists, receipt);
  }
  const expected = parts.reduce((sum, part) => sum + part.units, 0);
  const complete = units.size >= expected && receipts >= units.size + spawned;
  return { complete, counts, lists };
}

function addTo(counts: Baseline['counts'], lists: Baseline['lists'], { baseline }: Receipt): void {
  for (const outcome of BASELINE_OUTCOMES) {
    const found = baseline?.lists[outcome] ?? [];
    counts[outcome] += found.length;
    lists[outcome].push(...found.slice(0, LISTED - lists[outcome].length));
  }
}

function perOutcome<T>(start: () => T): Record<BaselineOutcome, T> {
  return {
    resolved: start(),
    unsigned: start(),
    rejected: start(),
    'not found': start(),
    denied: start(),
    inconclusive: start(),
  };
}

async function commitBaseline(
  deps: BaselineDeps,
  applyId: string,
  { complete, counts, lists }: Baseline,
  now: Timestamp,
): Promise<void> {
  const told = BASELINE_OUTCOMES.map((outcome) => `${counts[outcome]} ${outcome}`).join(', ');
  const summary = `baseline taken: ${told}`;
  await commitNote(
    deps,
    {
      subject: `baseline:${applyId}`,
      kind: 'baseline.taken',
      severity: 'info',
      state: 'note',
      alert: true,
      changes: [{ kind: 'baseline.taken', severity: 'info', summary }],
      data: { applyId, complete, counts, lists },
    },
    undefined,
    now,
  );
}

async function forgetApply(deps: BaselineDeps, lane: Lane, applyId: string): Promise<void> {
  await updateLane(deps.lanes, lane.id, (current) => {
    if (current?.fresh === undefined) return undefined;
    const { fresh, ...rest } = current;
    const others = fresh.filter((each) => each.applyId !== applyId);
    return others.length === 0 ? rest : { ...rest, fresh: others };
  });
}
