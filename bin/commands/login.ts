import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export interface LoginFlags {
  readonly username?: string;
  readonly passwordStdin?: boolean;
}

export function loginCommand(program: Command, cli: Cli): void {
  const command = program
    .command('login')
    .description("store the credential of a registry: here, or in a stack's secret; and try it")
    .argument('<host>', 'registry, such as ghcr.io')
    .option('-u, --username <name>', 'user')
    .option('--password-stdin', 'read the password or token from standard input');
  examples(
    command,
    'tagwarden login ghcr.io -u me --password-stdin < token',
    'tagwarden login ghcr.io -u me --password-stdin --stack Tagwarden < token',
  );
  command.action(
    cli.act(async (host: string, flags: LoginFlags) => {
      const { login } = await import('../actions/login.ts');
      return login(cli, host, flags);
    }),
  );
}
