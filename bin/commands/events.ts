import { type Command, Option } from 'commander';
import { EVENT_KINDS, type EventKind } from '../../lambda/domain/event.ts';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addSelectFlags, type SelectFlags } from '../select-flags.ts';

export interface EventsFlags extends SelectFlags {
  readonly since: string;
  readonly kind?: EventKind;
}

export function eventsCommand(program: Command, cli: Cli): void {
  const command = program.command('events').description('the events of all tags, newest first');
  addSelectFlags(command)
    .option('--since <time>', 'from then on: an age or a UTC time', '7d')
    .addOption(new Option('--kind <kind>', 'of this kind').choices(EVENT_KINDS));
  examples(command, 'tagwarden events --since 36h --min-severity high');
  command.action(
    cli.act(async (patterns: string[], flags: EventsFlags) => {
      const { events } = await import('../actions/events.ts');
      return events(cli, patterns, flags);
    }),
  );
}
