import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function subscriptionsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('subscriptions')
    .description('who gets which alerts of a stack, and who has not confirmed yet');
  examples(command, 'tagwarden subscriptions --stack Tagwarden');
  command.action(
    cli.act(async () => {
      const { subscriptions } = await import('../actions/subscriptions.ts');
      return subscriptions(cli);
    }),
  );
}
