import { type HealthCheck, healthOf, isHealthy } from '../../lambda/application/health.ts';
import { healthView } from '../../lambda/application/views.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withStoreToRead } from '../with-store.ts';

export async function health(cli: Cli): Promise<ExitCode> {
  return withStoreToRead(cli, async ({ store, clock }) => {
    const own = await healthOf(store, clock.now());
    const checks = [...own, ...(await ofStack(cli))];
    const { output } = cli;
    if (output.format !== 'table') output.data(healthView(checks));
    else {
      output.table(
        ['check', '', 'found'],
        checks.map(({ check, ok, detail }) => [check, ok ? 'ok' : 'not ok', detail]),
      );
    }
    return isHealthy(checks) ? EXIT.done : EXIT.no;
  });
}

/** What only a deployed stack has. */
async function ofStack(cli: Cli): Promise<readonly HealthCheck[]> {
  if (cli.place.kind !== 'stack') return [];
  const { stackHealth } = await import('./stack-health.ts');
  return stackHealth(cli);
}
