import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function logoutCommand(program: Command, cli: Cli): void {
  const command = program
    .command('logout')
    .description("forget the credential of a registry: here, or in a stack's secret")
    .argument('<host>', 'registry, such as ghcr.io');
  examples(command, 'tagwarden logout ghcr.io --stack Tagwarden');
  command.action(
    cli.act(async (host: string) => {
      const { logout } = await import('../actions/logout.ts');
      return logout(cli, host);
    }),
  );
}
