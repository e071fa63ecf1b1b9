import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export interface RunsFlags {
  readonly since: string;
}

export function runsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('runs')
    .description('the scan runs with their totals, newest first; incomplete ones are marked')
    .option('--since <time>', 'from then on: an age or a UTC time', '1d');
  examples(command, 'tagwarden runs --since 6h');
  command.action(
    cli.act(async (flags: RunsFlags) => {
      const { runs } = await import('../actions/runs.ts');
      return runs(cli, flags);
    }),
  );
}
