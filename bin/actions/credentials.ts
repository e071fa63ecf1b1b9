import { credentialsFromDockerConfig } from '../../lambda/adapters/registry/index.ts';
import type { Cli } from '../cli.ts';
import { withCredentials } from '../credential-store.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

export async function credentials(cli: Cli): Promise<ExitCode> {
  return withCredentials(cli, async (store) => {
    const { hosts, warnings } = credentialsFromDockerConfig((await store.read()) ?? '{}');
    for (const warning of warnings) cli.output.warn(warning);
    await cli.output.rows(hosts, {
      columns: ['registry'],
      cells: (host) => [host],
      data: (host) => ({ registry: host }),
      none: `no credentials in ${store.name}: tagwarden login`,
    });
    return EXIT.done;
  });
}
