import { formatProblems } from '../../lambda/domain/watchlist/index.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { countOf, readWatchlist } from '../watchlist-file.ts';

export async function validate(cli: Cli, file: string | undefined): Promise<ExitCode> {
  // Offline: of a key in KMS only its name is looked at.
  const read = readWatchlist(cli, file, 'unasked');
  if (!read.ok) {
    const { problems } = read;
    cli.output.result({ file: read.file, valid: false, problems }, () =>
      formatProblems(problems, read.file),
    );
    cli.output.note(`${countOf(problems)} in ${read.file}`);
    return EXIT.invalidFile;
  }
  const { watches, policies } = read.watchlist;
  const counts = { watches: watches.length, policies: policies.size };
  const { length } = read.kmsUris;
  if (length > 0)
    cli.output.note(`not asked for: ${length === 1 ? 'a key' : `${length} keys`} of KMS`);
  cli.output.result(
    { file: read.file, valid: true, problems: [], ...counts },
    () => `${read.file} is valid: watches ${counts.watches}, policies ${counts.policies}`,
  );
  return EXIT.done;
}
