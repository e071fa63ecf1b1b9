import type { Verifier } from '../../application/ports.ts';

/**
 * A verifier that is loaded when something is to be verified: most jobs find nothing moved, and a
 * container begins its work without it.
 */
export function lazyVerifier(load: () => Promise<Verifier>): Verifier {
  let loading: Promise<Verifier> | undefined;
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  return {
    verify: async (...args) => (await loaded()).verify(...args),
    trustRootHash: async (name) => (await loaded()).trustRootHash(name),
  };
}
