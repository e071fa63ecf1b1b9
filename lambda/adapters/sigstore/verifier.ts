import type {
  AttestationVerifier,
  Registry,
  Remembered,
  RepositoryRef,
  TrustRoots,
  Verifier as VerifierPort,
  WantedType,
} from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Policy, PolicyHash, TrustRootName } from '../../domain/policy.ts';
import type { Verification } from '../../domain/verdict.ts';
import { reportAttestations } from './attestation-report.ts';
import { searchAttestations } from './attestation-search.ts';
import { examine } from './examination.ts';
import { report } from './report.ts';
import { RootJudge } from './root-judge.ts';
import { siteOf } from './site.ts';

export interface VerifierOptions {
  readonly registry: Registry;
  readonly trustRoots: TrustRoots;
  /** Judges a certificate only where a policy ignores the log and asks for no timestamp. */
  readonly now: () => Date;
}

export function createVerifier(options: VerifierOptions): VerifierPort & AttestationVerifier {
  return new SigstoreVerifier(options);
}

/**
 * Finds signatures where cosign 3.1.3 looks and judges them by its rules, with
 * `@sigstore/verify` for the cryptography. Asks the registry and nobody else.
 */
class SigstoreVerifier implements VerifierPort, AttestationVerifier {
  readonly #registry: Registry;
  readonly #judge: RootJudge;

  constructor({ registry, trustRoots, now }: VerifierOptions) {
    this.#registry = registry;
    this.#judge = new RootJudge(trustRoots, now);
  }

  async verify(
    repository: RepositoryRef,
    digest: Digest,
    policy: Policy,
    policyHash: PolicyHash,
    signal?: AbortSignal,
    remembered: Remembered = { referrersApi: false },
  ): Promise<Verification> {
    const found = await this.#judge.judge(policy, policyHash, async (conditions, about) => {
      const site = siteOf(this.#registry, repository, digest, signal, remembered.referrersApi);
      return report(await examine(site, policy, conditions), policy, about);
    });
    return remembering(found, remembered);
  }

  verifyAttestation(
    repository: RepositoryRef,
    digest: Digest,
    policy: Policy,
    policyHash: PolicyHash,
    wanted: WantedType,
    signal?: AbortSignal,
  ): Promise<Verification> {
    return this.#judge.judge(policy, policyHash, async (conditions, about) => {
      const site = siteOf(this.#registry, repository, digest, signal);
      const search = await searchAttestations(site, policy, wanted, conditions);
      return reportAttestations(search, policy, wanted, about);
    });
  }

  trustRootHash(name: TrustRootName): Promise<string | undefined> {
    return this.#judge.trustRootHash(name);
  }
}

/** An API that answered once counts until a signature is found where it is not. */
function remembering(found: Verification, { referrersApi }: Remembered): Verification {
  const proven = found.verdict === 'verified' && found.referrers !== undefined;
  return referrersApi && !proven ? { ...found, referrers: 'api' } : found;
}
