import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addFileFlag, type FileFlag } from '../file-flag.ts';

export function checkCommand(program: Command, cli: Cli): void {
  const command = program
    .command('check')
    .description('validate a watch list, resolve and verify all of it now; store nothing');
  addFileFlag(command);
  examples(command, 'tagwarden check');
  command.action(
    cli.act(async ({ file }: FileFlag) => {
      const { check } = await import('../actions/check.ts');
      return check(cli, file);
    }),
  );
}
