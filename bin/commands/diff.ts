import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addFileFlag, type FileFlag } from '../file-flag.ts';

export interface DiffFlags extends FileFlag {
  readonly exitCode?: boolean;
}

export function diffCommand(program: Command, cli: Cli): void {
  const command = program
    .command('diff')
    .description('the difference between a watch list and what is stored');
  addFileFlag(command).option('--exit-code', 'exit with 1 when there is one');
  examples(command, 'tagwarden diff --exit-code');
  command.action(
    cli.act(async (flags: DiffFlags) => {
      const { diff } = await import('../actions/diff.ts');
      return diff(cli, flags);
    }),
  );
}
