import { type StatusRow, statusOf } from '../../lambda/application/status.ts';
import { shortDigest } from '../../lambda/domain/digest.ts';
import type { VerdictRecord } from '../../lambda/domain/state.ts';
import type { Timestamp } from '../../lambda/domain/time.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { RowShape } from '../output.ts';
import { readSelection, type SelectFlags } from '../select-flags.ts';
import { ageOf } from '../times.ts';
import { withStore } from '../with-store.ts';

export async function status(
  cli: Cli,
  patterns: readonly string[],
  flags: SelectFlags,
): Promise<ExitCode> {
  const selection = readSelection(patterns, flags);
  return withStore(cli, async ({ store, clock }) => {
    const now = clock.now();
    await cli.output.rows(statusOf(store, now, selection), shapeOf(now));
    return EXIT.done;
  });
}

function shapeOf(now: Timestamp): RowShape<StatusRow> {
  return {
    columns: ['tag', 'digest', 'since', 'verdict', 'signer', 'checked'],
    cells: ({ tagKey, state, lastChecked, inconclusive, terms }) => {
      const verdict = worstOf(terms.flatMap(({ policy }) => state?.verdicts[policy] ?? []));
      return [
        tagKey,
        state?.digest === undefined ? '' : shortDigest(state.digest, 12),
        state?.since === undefined ? '' : ageOf(state.since, now),
        presenceOf(state?.presence) ?? verdict?.verdict ?? 'not checked yet',
        verdict?.signers[0]?.label ?? '',
        inconclusive === undefined
          ? lastChecked === undefined
            ? ''
            : `${ageOf(lastChecked, now)} ago`
          : `inconclusive: ${inconclusive.reason}`,
      ];
    },
    data: statusData,
    none: 'nothing is watched that fits',
  };
}

function presenceOf(presence: string | undefined): string | undefined {
  return presence === 'missing' || presence === 'access-lost' ? presence : undefined;
}

const WORST_FIRST = ['rejected', 'unsigned', 'inconclusive', 'verified', 'not-required'] as const;

function worstOf(records: readonly VerdictRecord[]): VerdictRecord | undefined {
  return WORST_FIRST.map((verdict) => records.find((record) => record.verdict === verdict)).find(
    (record) => record !== undefined,
  );
}

function statusData({ tagKey, terms, state, lastChecked, inconclusive }: StatusRow): unknown {
  return {
    tag: tagKey,
    presence: state?.presence ?? 'unknown',
    digest: state?.digest ?? null,
    since: state?.since ?? null,
    event: state === undefined || state.seq === 0 ? null : `${tagKey}#${state.seq}`,
    verdicts: terms.map(({ policy, policyName }) => {
      const record = state?.verdicts[policy];
      const { verdict = null, reason = null, signers = [], signedAt = null } = record ?? {};
      return { policy: policyName, verdict, reason, signers, signedAt };
    }),
    labels: [...new Set(terms.flatMap(({ labels }) => labels))].sort(),
    lastChecked: lastChecked ?? null,
    inconclusive: inconclusive ?? null,
  };
}
