import { withoutCredential } from '../../lambda/adapters/registry/index.ts';
import { parseRegistry } from '../../lambda/domain/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { withCredentials } from '../credential-store.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

export async function logout(cli: Cli, text: string): Promise<ExitCode> {
  const host = parseRegistry(text);
  return withCredentials(cli, async (store) => {
    let removed = false;
    await store.edit((config) => {
      const next = config === undefined ? undefined : withoutCredential(config, host);
      removed = next !== undefined;
      return next;
    });
    if (!removed) throw new CliError(EXIT.no, `there is no credential of ${host} in ${store.name}`);
    cli.output.result({ host, removed }, () => `${host}: removed from ${store.name}`);
    return EXIT.done;
  });
}
