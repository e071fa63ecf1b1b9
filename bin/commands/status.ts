import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addSelectFlags, type SelectFlags } from '../select-flags.ts';

export function statusCommand(program: Command, cli: Cli): void {
  const command = program
    .command('status')
    .description('every watched tag: digest, since when, verdict, signer, last check');
  addSelectFlags(command);
  examples(command, 'tagwarden status --verdict rejected', 'tagwarden status --label team=base');
  command.action(
    cli.act(async (patterns: string[], flags: SelectFlags) => {
      const { status } = await import('../actions/status.ts');
      return status(cli, patterns, flags);
    }),
  );
}
