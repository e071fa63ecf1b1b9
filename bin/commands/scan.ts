import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addFileFlag, type FileFlag } from '../file-flag.ts';
import { addSelectFlags, type SelectFlags } from '../select-flags.ts';

export interface ScanFlags extends FileFlag, SelectFlags {
  readonly every?: string;
  readonly exitCode?: boolean;
}

export function scanCommand(program: Command, cli: Cli): void {
  const command = program
    .command('scan')
    .description('check the watched tags now: events as they happen, then the totals');
  addFileFlag(addSelectFlags(command))
    .option('--every <duration>', 'again and again, until stopped')
    .option('--exit-code', 'exit with 1 when there was an alert');
  examples(command, 'tagwarden scan', 'tagwarden scan "ghcr.io/acme/*" --every 5m');
  command.action(
    cli.act(async (patterns: string[], flags: ScanFlags) => {
      const { scan } = await import('../actions/scan.ts');
      return scan(cli, patterns, flags);
    }),
  );
}
