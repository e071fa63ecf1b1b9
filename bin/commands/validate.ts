import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addFileFlag, type FileFlag } from '../file-flag.ts';

export function validateCommand(program: Command, cli: Cli): void {
  const command = program
    .command('validate')
    .description('list every problem of a watch list, with line, column and path');
  addFileFlag(command);
  examples(command, 'tagwarden validate -f watchlist.yaml');
  command.action(
    cli.act(async ({ file }: FileFlag) => {
      const { validate } = await import('../actions/validate.ts');
      return validate(cli, file);
    }),
  );
}
