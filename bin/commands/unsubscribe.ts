import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function unsubscribeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('unsubscribe')
    .description('end the alerts of a stack to an endpoint')
    .argument('<endpoint>', 'as subscriptions shows it, or the ARN of the subscription');
  examples(command, 'tagwarden unsubscribe oncall@example.com --stack Tagwarden');
  command.action(
    cli.act(async (endpoint: string) => {
      const { unsubscribe } = await import('../actions/unsubscribe.ts');
      return unsubscribe(cli, endpoint);
    }),
  );
}
