import type { Recorder } from '../lambda/adapters/evidence/index.ts';
import { createSystemClock } from '../lambda/adapters/runtime/clock.ts';
import type { AttestationVerifier, Registry, Verifier } from '../lambda/application/ports.ts';
import { createVerifier, openRegistry } from '../lambda/composition.ts';
import type { TrustRootName } from '../lambda/domain/policy.ts';
import type { Reference } from '../lambda/domain/reference.ts';
import type { Timestamp } from '../lambda/domain/time.ts';
import type { RegistrySettings } from '../lambda/domain/watch.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type RegistryFlags, readRegistryFlags } from './registry-flags.ts';

/** The registry of one reference, ready to be asked. */
export interface Reachable {
  readonly registry: Registry;
  /** @param at by which to judge. @default now */
  verifier(
    roots: ReadonlyMap<TrustRootName, Uint8Array>,
    at?: Timestamp,
  ): Promise<Verifier & AttestationVerifier>;
}

export interface Reach {
  readonly reference: Reference;
  readonly flags: RegistryFlags;
  /** What a watch list says about registries; flags go before it. */
  readonly listed?: readonly RegistrySettings[];
  /** Keeps what the registry answers. */
  readonly recorder?: Recorder;
}

/** Asks the registry of one reference, and closes the connections afterwards. */
export async function withRegistry(
  cli: Cli,
  { reference: { registry: host }, flags, listed = [], recorder }: Reach,
  use: (reachable: Reachable) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { credential, ...access } = readRegistryFlags(host, flags, listed);
  const clock = createSystemClock();
  const { dockerConfig } = cli.settings;
  const opened = await openRegistry({
    clock,
    ...access,
    ...(dockerConfig !== undefined && { dockerConfig }),
    ...(credential && { credential: { host, ...credential } }),
    ...(recorder && { onExchange: recorder.hear }),
  });
  const registry = recorder?.of(opened.registry) ?? opened.registry;
  try {
    return await use({
      registry,
      verifier: (given, at) =>
        createVerifier(registry, { ...clock, now: () => at ?? clock.now() }, { given }),
    });
  } catch (thrown) {
    // A credential that was passed over matters only to whom it would have helped.
    const denied = thrown instanceof CliError && thrown.exit === EXIT.denied;
    for (const warning of denied ? opened.warnings : []) cli.output.warn(warning);
    throw thrown;
  } finally {
    await opened.close();
  }
}
