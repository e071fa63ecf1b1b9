import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addFileFlag, type FileFlag } from '../file-flag.ts';

export interface ApplyFlags extends FileFlag {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

export function applyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('apply')
    .description('make the stored watches equal to a watch list');
  addFileFlag(command)
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--prune', 'also remove the watches that the file does not have; history stays');
  examples(command, 'tagwarden apply --prune');
  command.action(
    cli.act(async (flags: ApplyFlags) => {
      const { apply } = await import('../actions/apply.ts');
      return apply(cli, flags);
    }),
  );
}
