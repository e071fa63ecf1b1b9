import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export interface AckFlags {
  readonly reason: string;
}

export function ackCommand(program: Command, cli: Cli): void {
  const command = program
    .command('ack')
    .description('say that the image of an event is fine on this tag; a later change alerts again')
    .argument('<event>', 'REF#NUMBER, as history and alerts name it')
    .requiredOption('--reason <text>', 'why; it is recorded and told');
  examples(command, 'tagwarden ack ghcr.io/acme/app:1.4.2#17 --reason "rebuilt for CVE-2026-1234"');
  command.action(
    cli.act(async (event: string, flags: AckFlags) => {
      const { ack } = await import('../actions/ack.ts');
      return ack(cli, event, flags);
    }),
  );
}
