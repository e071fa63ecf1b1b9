import { SigstoreDouble, type SigstoreOptions } from './server.ts';

export type { TokenRequest } from './identity-provider.ts';
export type { SigstoreDouble, SigstoreOptions } from './server.ts';
export { attest, type Predicate, type SigningTarget, signKeyless, signWithKey } from './sign.ts';
export type { SigningConfig } from './trust.ts';

/** Starts a private Sigstore on loopback; close it when done. */
export function startSigstore(options: SigstoreOptions = {}): Promise<SigstoreDouble> {
  return SigstoreDouble.start(options);
}
