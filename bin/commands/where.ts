import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function whereCommand(program: Command, cli: Cli): void {
  const command = program
    .command('where')
    .description(
      'which watched tags point, or ever pointed, at a digest: index, platform or config',
    )
    .argument('<digest...>', 'sha256:…; - reads them from standard input');
  examples(
    command,
    'tagwarden where sha256:c07d…',
    'crictl images -o json | jq -r ".images[].id" | tagwarden where -',
  );
  command.action(
    cli.act(async (digests: string[]) => {
      const { where } = await import('../actions/where.ts');
      return where(cli, digests);
    }),
  );
}
