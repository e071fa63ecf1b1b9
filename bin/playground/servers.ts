import type { Clock } from '../../lambda/application/ports.ts';
import { type RegistryDouble, startRegistry } from '../../test/support/registry/index.ts';
import { type SigstoreDouble, startSigstore } from '../../test/support/sigstore/index.ts';

/** So that the commands in the README work as they stand; another one where it is taken. */
export const REGISTRY_PORT = 5001;

export interface Servers {
  readonly registry: RegistryDouble;
  readonly sigstore: SigstoreDouble;
  close(): Promise<void>;
}

/** A registry and a private Sigstore on loopback: the same working doubles that the tests use. */
export async function startServers(clock: Clock): Promise<Servers> {
  const registry = await startOnPort(REGISTRY_PORT);
  const sigstore = await startSigstore({ now: () => new Date(clock.now()) });
  const close = async () => {
    await Promise.all([registry.close(), sigstore.close()]);
  };
  return { registry, sigstore, close };
}

async function startOnPort(port: number): Promise<RegistryDouble> {
  try {
    return await startRegistry({ port, referrers: true });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw thrown;
    return startRegistry({ referrers: true });
  }
}
