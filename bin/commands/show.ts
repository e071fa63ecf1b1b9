import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function showCommand(program: Command, cli: Cli): void {
  const command = program
    .command('show')
    .description('one event whole, as its alert tells it')
    .argument('<event>', 'REF#NUMBER, as history and alerts name it');
  examples(command, 'tagwarden show ghcr.io/acme/app:1.4.2#17');
  command.action(
    cli.act(async (id: string) => {
      const { show } = await import('../actions/show.ts');
      return show(cli, id);
    }),
  );
}
