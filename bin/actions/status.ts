import { type StatusRow, statusOf } from '../../lambda/application/status.ts';
import { statusView } from '../../lambda/application/views.ts';
import { verdictText } from '../../lambda/domain/alert/headline.ts';
import { shortDigest } from '../../lambda/domain/digest.ts';
import { NO_POLICY } from '../../lambda/domain/policy.ts';
import type { VerdictRecord } from '../../lambda/domain/state.ts';
import { ageOf, type Timestamp } from '../../lambda/domain/time.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { RowShape } from '../output.ts';
import { readSelection, type SelectFlags } from '../select-flags.ts';
import { withStoreToRead } from '../with-store.ts';

export async function status(
  cli: Cli,
  patterns: readonly string[],
  flags: SelectFlags,
): Promise<ExitCode> {
  const selection = readSelection(patterns, flags);
  return withStoreToRead(cli, async ({ store, clock }) => {
    const now = clock.now();
    await cli.output.rows(statusOf(store, now, selection), shapeOf(now));
    return EXIT.done;
  });
}

function shapeOf(now: Timestamp): RowShape<StatusRow> {
  return {
    columns: ['tag', 'digest', 'since', 'verdict', 'signer', 'checked'],
    cells: (row) => [
      row.tagKey,
      row.state?.digest === undefined ? '' : shortDigest(row.state.digest, 12),
      row.state?.since === undefined ? '' : ageOf(row.state.since, now),
      verdictOf(row),
      worstOf(row)?.signers[0]?.label ?? '',
      checkedOf(row, now),
    ],
    data: statusView,
    none: 'nothing is watched that fits',
    orderBy: ({ tagKey }) => tagKey,
  };
}

/** The worst of what the policies say; before that, whether the tag is there at all. */
function verdictOf(row: StatusRow): string {
  const { state, terms } = row;
  if (state?.presence === 'missing' || state?.presence === 'access-lost') return state.presence;
  const required = terms.some(({ policy }) => policy !== NO_POLICY);
  if (state?.digest !== undefined && !required) return 'not-required';
  const worst = worstOf(row);
  return worst?.reason === 'awaiting-signature'
    ? verdictText(worst)
    : (worst?.verdict ?? 'unknown');
}

function checkedOf({ lastChecked, inconclusive }: StatusRow, now: Timestamp): string {
  if (inconclusive !== undefined) return `inconclusive: ${inconclusive.reason}`;
  return lastChecked === undefined ? 'not yet' : `${ageOf(lastChecked, now)} ago`;
}

const WORST_FIRST = ['rejected', 'unsigned', 'inconclusive', 'verified', 'not-required'] as const;

function worstOf({ terms, state }: StatusRow): VerdictRecord | undefined {
  const records = terms.flatMap(({ policy }) => state?.verdicts[policy] ?? []);
  return WORST_FIRST.map((verdict) => records.find((record) => record.verdict === verdict)).find(
    (record) => record !== undefined,
  );
}
