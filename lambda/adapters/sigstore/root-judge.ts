import type { TrustRoots } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Policy, PolicyHash, TrustRootName } from '../../domain/policy.ts';
import { type Timestamp, timestampOf } from '../../domain/time.ts';
import { trustAgeOf } from '../../domain/trust-age.ts';
import type { Verification } from '../../domain/verdict.ts';
import type { Conditions } from './cryptography.ts';
import { staleRoot } from './findings.ts';
import { hashOfRoot, type LoadedRoot, loadTrustedRoot, NO_ROOT } from './trusted-root.ts';
import { VERIFIER } from './version.ts';

/** What a verification says of itself, whatever it finds. */
export type About = Pick<Verification, 'policy' | 'trustRoot' | 'trustRootHash'>;

/** `refreshedAt`: only of a root that came from a TUF repository. */
type RootInUse = LoadedRoot & { readonly refreshedAt?: Timestamp };

/** Has verifications judged with the trusted root that their policy names. */
export class RootJudge {
  readonly #trustRoots: TrustRoots;
  readonly #now: () => Date;

  /** @param now judges a certificate only where a policy ignores the log and asks for no timestamp */
  constructor(trustRoots: TrustRoots, now: () => Date) {
    this.#trustRoots = trustRoots;
    this.#now = now;
  }

  /** Never throws: without the root, and whatever `verification` throws, it is inconclusive. */
  async judge(
    policy: Policy,
    policyHash: PolicyHash,
    verification: (conditions: Conditions, about: About) => Verification | Promise<Verification>,
  ): Promise<Verification> {
    const about = { policy: policyHash, trustRoot: policy.trustRoot };
    let rootHash = NO_ROOT.hash;
    try {
      const root = await this.#rootFor(policy);
      if ('problem' in root) return nothingKnown(about, 'trust-root-unavailable', root.problem);
      rootHash = root.hash;
      const { material, refreshedAt } = root;
      const now = this.#now();
      const age = trustAgeOf(refreshedAt, timestampOf(now.getTime()));
      const conditions = { material, rules: policy, now, outdated: age === 'outdated' };
      const found = await verification(conditions, { ...about, trustRootHash: rootHash });
      if (age === 'fresh') return found;
      return { ...found, findings: [...found.findings, staleRoot(policy.trustRoot, refreshedAt)] };
    } catch (thrown) {
      // Our own bug must never read as a verdict about the image (CVE-2026-44310).
      return nothingKnown(about, 'verifier-failed', messageOf(thrown), rootHash);
    }
  }

  async trustRootHash(name: TrustRootName): Promise<string | undefined> {
    const bytes = await this.#trustRoots.read(name);
    return bytes === undefined ? undefined : hashOfRoot(bytes);
  }

  async #rootFor(policy: Policy): Promise<RootInUse | { problem: string }> {
    if (needsNoRoot(policy)) return { ...NO_ROOT, hash: await this.#hashOfUnused(policy) };
    try {
      const bytes = await this.#trustRoots.read(policy.trustRoot);
      if (bytes === undefined) return { problem: `there is no trusted root ${policy.trustRoot}` };
      const refreshedAt = await this.#trustRoots.refreshedAt?.(policy.trustRoot);
      return { ...loadTrustedRoot(bytes), ...(refreshedAt !== undefined && { refreshedAt }) };
    } catch (thrown) {
      return { problem: messageOf(thrown) };
    }
  }

  /**
   * A verdict is good until `trustRootHash` says another hash than it bears. So one that needed no
   * root bears the hash of the root that its policy names: else every check would verify it again.
   */
  async #hashOfUnused({ trustRoot }: Policy): Promise<string> {
    try {
      return (await this.trustRootHash(trustRoot)) ?? NO_ROOT.hash;
    } catch {
      return NO_ROOT.hash;
    }
  }
}

/** As cosign: a key alone, without log and timestamp, needs no authority. */
function needsNoRoot(policy: Policy): boolean {
  const rules = [...policy.signedBy, ...policy.attestations.flatMap(({ signedBy }) => signedBy)];
  return (
    policy.unsafeIgnoreTransparencyLog &&
    !policy.useSignedTimestamps &&
    rules.every(({ kind }) => kind === 'key')
  );
}

function nothingKnown(
  about: Pick<Verification, 'policy' | 'trustRoot'>,
  reason: 'trust-root-unavailable' | 'verifier-failed',
  detail: string,
  trustRootHash = '',
): Verification {
  return {
    ...about,
    verdict: 'inconclusive',
    reason,
    detail,
    cosignExit: 1,
    signers: [],
    candidates: [],
    findings: [],
    fingerprint: '',
    trustRootHash,
    verifier: VERIFIER,
  };
}
