import type { Command } from 'commander';

/** Every command shows how it is typed. */
export function examples(command: Command, ...lines: readonly string[]): void {
  const title = lines.length === 1 ? 'Example' : 'Examples';
  command.addHelpText('after', `\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
