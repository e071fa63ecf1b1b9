import type { Deps, ProcessDeps } from '../lambda/application/deps.ts';
import type { Clock, Publisher } from '../lambda/application/ports.ts';
import {
  createDeps,
  createVerifier,
  openRegistry,
  type StoreHandle,
} from '../lambda/composition.ts';
import type { Cli } from './cli.ts';
import { printable } from './printable.ts';
import { RegistryTrouble } from './registry-trouble.ts';
import { createTerminalLogger } from './terminal-logger.ts';

export interface WorkshopParts {
  readonly clock: Clock;
  readonly store: StoreHandle['store'];
  readonly publisher: Publisher;
  readonly onCommit?: Deps['onCommit'];
}

/** Everything that checks tags, over an open store; its connections are closed afterwards. */
export async function withWorkshop<T>(
  cli: Cli,
  { clock, store, publisher, onCommit }: WorkshopParts,
  use: (deps: ProcessDeps) => Promise<T>,
): Promise<T> {
  const { dockerConfig, logLevel } = cli.settings;
  const {
    registry: quiet,
    warnings,
    close,
  } = await openRegistry({
    clock,
    settings: await store.watches.registries(),
    ...(dockerConfig !== undefined && { dockerConfig }),
  });
  for (const warning of warnings) cli.output.warn(warning);
  try {
    const trouble = new RegistryTrouble((line) => cli.output.warn(printable(line)));
    const registry = trouble.hear(quiet);
    const log = createTerminalLogger(cli.output, logLevel);
    const verifier = await createVerifier(registry, clock, { stored: store.trust });
    return await use(
      await createDeps({
        ...{ clock, log, store, registry, verifier, publisher },
        ...(onCommit && { onCommit }),
      }),
    );
  } finally {
    await close();
  }
}
