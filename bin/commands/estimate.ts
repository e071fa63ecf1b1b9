import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addFileFlag, type FileFlag } from '../file-flag.ts';

export function estimateCommand(program: Command, cli: Cli): void {
  const command = program
    .command('estimate')
    .description('what a stack with this watch list costs in a month, by AWS list prices');
  addFileFlag(command);
  examples(command, 'tagwarden estimate -f watchlist.yaml');
  command.action(
    cli.act(async ({ file }: FileFlag) => {
      const { estimate } = await import('../actions/estimate.ts');
      return estimate(cli, file);
    }),
  );
}
