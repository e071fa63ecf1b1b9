import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function credentialsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('credentials')
    .description('the registries that there are credentials for; never the credentials');
  examples(command, 'tagwarden credentials --stack Tagwarden');
  command.action(
    cli.act(async () => {
      const { credentials } = await import('../actions/credentials.ts');
      return credentials(cli);
    }),
  );
}
