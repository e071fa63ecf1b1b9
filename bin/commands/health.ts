import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function healthCommand(program: Command, cli: Cli): void {
  const command = program
    .command('health')
    .description('whether everything runs: ticks, registries, alerts, trust root, subscriptions');
  examples(command, 'tagwarden health --stack Tagwarden');
  command.action(
    cli.act(async () => {
      const { health } = await import('../actions/health.ts');
      return health(cli);
    }),
  );
}
