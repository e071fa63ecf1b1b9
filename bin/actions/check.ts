import { createSystemClock } from '../../lambda/adapters/runtime/clock.ts';
import { type CheckRow, checkWatchlist } from '../../lambda/application/check.ts';
import { createVerifier, openRegistry } from '../../lambda/composition.ts';
import { shortDigest } from '../../lambda/domain/digest.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { loadWatchlist } from '../watchlist-file.ts';

/** Tags looked at at the same time: polite to one registry, quick over several. */
const CONCURRENCY = 8;

export async function check(cli: Cli, file: string | undefined): Promise<ExitCode> {
  const watchlist = await loadWatchlist(cli, file);
  const clock = createSystemClock();
  const { dockerConfig } = cli.settings;
  const opened = await openRegistry({
    clock,
    settings: watchlist.registries,
    ...(dockerConfig !== undefined && { dockerConfig }),
  });
  for (const warning of opened.warnings) cli.output.warn(warning);
  try {
    const { registry } = opened;
    const given = watchlist.trustRoots;
    const verifier = await createVerifier(registry, clock, { given });
    const options = { concurrency: CONCURRENCY, signal: cli.signal };
    const rows = checkWatchlist({ registry, verifier }, watchlist, options);
    return await report(cli, rows);
  } finally {
    await opened.close();
  }
}

async function report(cli: Cli, rows: AsyncIterable<CheckRow>): Promise<ExitCode> {
  const found = new Map<string, string[]>();
  await cli.output.rows(counted(cli, rows, found), {
    columns: ['tag', 'outcome', 'digest', 'why'],
    cells: (row) => [
      row.tagKey,
      answerOf(row),
      row.digest === undefined ? '' : shortDigest(row.digest, 12),
      whyOf(row),
    ],
    data: ({ tagKey, outcome, digest, verifications, detail }) => ({
      tag: tagKey,
      outcome,
      digest: digest ?? null,
      verdicts: verifications.map(({ policy, verdict, reason, detail: why }) => ({
        policy,
        verdict,
        reason: reason ?? null,
        detail: why ?? null,
      })),
      detail: detail ?? null,
    }),
    none: 'the watch list watches nothing',
    orderBy: ({ tagKey }) => tagKey,
  });
  cli.output.note(summaryOf(found));
  return exitOf(found);
}

async function* counted(
  cli: Cli,
  rows: AsyncIterable<CheckRow>,
  found: Map<string, string[]>,
): AsyncGenerator<CheckRow> {
  let count = 0;
  for await (const row of rows) {
    cli.output.progress(`${++count} checked, ${row.tagKey}`);
    for (const answer of new Set([row.outcome, answerOf(row)])) {
      found.set(answer, [...(found.get(answer) ?? []), row.tagKey]);
    }
    yield row;
  }
}

const BAD = ['rejected', 'unsigned', 'inconclusive'] as const;

/** The worst that was found out about a tag, in a word or two. */
function answerOf({ outcome, verifications }: CheckRow): string {
  if (outcome !== 'resolved') return outcome;
  const verdicts = verifications.map(({ verdict }) => verdict);
  return BAD.find((bad) => verdicts.includes(bad)) ?? verdicts[0] ?? 'resolved';
}

function whyOf(row: CheckRow): string {
  if (row.detail !== undefined) return row.detail;
  const bad = row.verifications.find(({ verdict }) => verdict === answerOf(row));
  return bad?.detail ?? bad?.reason ?? '';
}

/** `38 resolved · 1 not found: docker.io/library/ngnix:1.27`: what went wrong is named. */
function summaryOf(found: ReadonlyMap<string, readonly string[]>): string {
  const named = ['not found', 'denied', 'unsigned', 'rejected', 'inconclusive'];
  const bad = named.flatMap((answer) => {
    const tags = found.get(answer);
    if (tags === undefined) return [];
    const more = tags.length > 3 ? ', …' : '';
    return [`${tags.length} ${answer}: ${tags.slice(0, 3).map(printable).join(', ')}${more}`];
  });
  return [`${found.get('resolved')?.length ?? 0} resolved`, ...bad].join(' · ');
}

function exitOf(found: ReadonlyMap<string, unknown>): ExitCode {
  if (['not found', 'denied', 'unsigned', 'rejected'].some((bad) => found.has(bad))) return EXIT.no;
  return found.has('inconclusive') ? EXIT.tryAgain : EXIT.done;
}
