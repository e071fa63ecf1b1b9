import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import { examples } from '../examples.ts';
import type { FileFlag } from '../file-flag.ts';

export function upCommand(program: Command, cli: Cli): void {
  const command = program
    .command('up')
    .description('watch: scheduler, scanner and alerts in this process, until stopped')
    .option('-f, --file <watchlist>', 'watch list; without one, the playground starts');
  examples(command, 'tagwarden up -f watchlist.yaml', 'tagwarden up');
  command.action(
    cli.act(async ({ file }: FileFlag) => {
      if (cli.output.format === 'json') {
        throw new UsageError('-o json: expected table or jsonl, as this never ends');
      }
      if (file === undefined) {
        const { playground } = await import('../playground/index.ts');
        return playground(cli);
      }
      const { up } = await import('../actions/up.ts');
      return up(cli, file);
    }),
  );
}
