import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export interface HistoryFlags {
  readonly at?: string;
  readonly limit: string;
}

export function historyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('history')
    .description('the events of one tag, newest first')
    .argument('<reference>', 'the tag')
    .option('--at <time>', 'what the tag was then; with a bare day, all that it was on that day')
    .option('--limit <number>', 'at most this many events', '20');
  examples(
    command,
    'tagwarden history alpine:edge',
    'tagwarden history alpine:edge --at 2026-03-12',
  );
  command.action(
    cli.act(async (text: string, flags: HistoryFlags) => {
      const { history } = await import('../actions/history.ts');
      return history(cli, text, flags);
    }),
  );
}
