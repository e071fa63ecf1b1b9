/** What is asked of a verifier, and of the store of its roots. */
import type { Digest } from '../../domain/digest.ts';
import type { Policy, PolicyHash, TrustRootName } from '../../domain/policy.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Verification } from '../../domain/verdict.ts';
import type { RepositoryRef } from './registry.ts';

/** What earlier verifications of the same tag found out about its registry. */
export interface Remembered {
  /**
   * The referrers API listed its signatures. If it does not answer now, what it listed may still be
   * there: then their absence is not proven.
   */
  readonly referrersApi: boolean;
}

export interface Verifier {
  /** Never throws: what cannot be done is `inconclusive` or `rejected`, with its reason. */
  verify(
    repository: RepositoryRef,
    digest: Digest,
    policy: Policy,
    policyHash: PolicyHash,
    signal?: AbortSignal,
    remembered?: Remembered,
  ): Promise<Verification>;
  /** Hash of the trusted root that `verify` would use now; undefined when it has none. */
  trustRootHash(name: TrustRootName): Promise<string | undefined>;
}

/** A type of attestation, as the user calls it and as statements do. */
export interface WantedType {
  /** An alias of cosign's or the URI itself: cosign looks into predicates by alias only. */
  readonly name: string;
  readonly predicateType: string;
}

export interface AttestationVerifier {
  /**
   * What `cosign verify-attestation` 3.1.3 says: an attestation of this type about the digest, by
   * one of the policy's signers. The attestations that the policy itself wants play no part.
   *
   * Never throws, as {@link Verifier.verify}.
   */
  verifyAttestation(
    repository: RepositoryRef,
    digest: Digest,
    policy: Policy,
    policyHash: PolicyHash,
    wanted: WantedType,
    signal?: AbortSignal,
  ): Promise<Verification>;
}

/** A file, or where somebody else has it, its digest. */
export type FileArtifact = { readonly bytes: Uint8Array } | { readonly digest: Digest };

export interface FileVerifier {
  /**
   * Whether a Sigstore bundle is over this file, by one of the policy's signers, as Sigstore's
   * client specification says. The policy's format, mode and attestations play no part.
   *
   * Never throws, as {@link Verifier.verify}.
   */
  verifyFile(
    bundle: Uint8Array,
    file: FileArtifact,
    policy: Policy,
    policyHash: PolicyHash,
  ): Promise<Verification>;
}

export interface TrustRoots {
  /** The bytes of a `trusted_root.json`. */
  read(name: TrustRootName): Promise<Uint8Array | undefined>;
  /** When its repository last confirmed them; undefined for a root that did not come from one. */
  refreshedAt?(name: TrustRootName): Promise<Timestamp | undefined>;
}
