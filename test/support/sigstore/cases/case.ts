import type { Bench } from '../bench.ts';

/** Under what a case is judged: what becomes a policy here, and flags of cosign there. */
export interface Terms {
  /** `keyless` wants the bench's identity and issuer, `key` its key. */
  readonly by: 'keyless' | 'key';
  readonly ignoreTlog?: boolean;
  readonly useSignedTimestamps?: boolean;
  readonly digestAlgorithm?: 'sha384' | 'sha512';
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One state of a registry, and what must be said of it. */
export interface Case {
  readonly name: string;
  /** @default keyless */
  readonly terms?: Terms;
  readonly build: (bench: Bench) => Promise<void>;
  /** Exit code of the real cosign 3.1.3, and so ours in mode `cosign`. */
  readonly cosign: 0 | 1 | 10 | 12;
  /** Our exit code in mode `cosign` where we differ from cosign on purpose; `why` says so. */
  readonly ours?: 0 | 1 | 10 | 12;
  readonly why?: string;
  /** Verdict and reason in mode `signature`. */
  readonly signature: string;
  /** A part of the sentence that says why it did not match. */
  readonly problem?: string;
}

export const KEYLESS: Terms = { by: 'keyless' };
export const KEY: Terms = { by: 'key', ignoreTlog: true };
export const LOGGED_KEY: Terms = { by: 'key' };

export const VERIFIED = 'verified';
export const UNSIGNED = 'unsigned no-signature';
export const ATTESTED = 'unsigned attestation-only';
export const BROKEN = 'rejected broken-signature';
export const OTHER = 'rejected other-signer';
