import type { Command } from 'commander';

export interface FileFlag {
  readonly file?: string;
}

export const DEFAULT_FILE = 'watchlist.yaml';

export function addFileFlag(command: Command): Command {
  return command.option('-f, --file <watchlist>', `watch list (default: ./${DEFAULT_FILE})`);
}
