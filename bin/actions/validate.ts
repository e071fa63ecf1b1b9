import { formatProblems } from '../../lambda/domain/watchlist/index.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { countOf, readWatchlist } from '../watchlist-file.ts';

export async function validate(cli: Cli, file: string | undefined): Promise<ExitCode> {
  const read = readWatchlist(cli, file);
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
  cli.output.result(
    { file: read.file, valid: true, problems: [], ...counts },
    () => `${read.file} is valid: watches ${counts.watches}, policies ${counts.policies}`,
  );
  return EXIT.done;
}
