import { messageOf } from '../../domain/errors.ts';
import type { KeylessRule, KeyRule, SignerRule, TrustRootName } from '../../domain/policy.ts';
import { timestampOf } from '../../domain/time.ts';
import type { Candidate, CandidateOutcome, Signer } from '../../domain/verdict.ts';
import { type LeafCertificate, readLeaf } from './certificate.ts';
import {
  type Conditions,
  type Holder,
  holderOfKey,
  type Proof,
  signatureIsBy,
  verifySigned,
} from './cryptography.ts';
import { acceptedName, describeRules } from './identity.ts';
import { type Signed, sha256 } from './signed.ts';
import { keylessSigner, keySigner } from './signer.ts';
import { requireNotRefused } from './statement.ts';
import { leansOnUnknownAuthority } from './unknown-authority.ts';

/** What one candidate says, and who it is if it matches. */
export interface Judged {
  readonly candidate: Candidate;
  readonly signer?: Signer;
  /** It claims an acceptable signer, and whether that holds a root refreshed in time might say. */
  readonly undecided?: true;
}

export interface Court {
  /** Any of these signers. */
  readonly rules: readonly SignerRule[];
  readonly conditions: Conditions;
  readonly trustRoot: TrustRootName;
  /** Throws a refusal when what was signed is not about what it should be about. */
  readonly requireClaims: (signed: Signed) => void;
}

type Finding = {
  readonly outcome: Exclude<CandidateOutcome, 'unfetched'>;
  readonly problem?: string;
  readonly proof?: Proof;
  readonly signer?: Signer;
};

/** Judges one candidate by every rule: a match wins, then a broken claim, then "someone else". */
export function judge(signed: Signed, court: Court): Judged {
  const leaf = tryReadLeaf(signed);
  const findings = court.rules.map((rule) => byRule(signed, leaf, rule, court));
  const finding =
    findings.find(({ outcome }) => outcome === 'match') ??
    findings.find(({ outcome }) => outcome === 'broken') ??
    stranger(signed, leaf, court.rules, findings);
  return {
    candidate: describe(signed, leaf, finding),
    ...(finding.signer !== undefined && { signer: finding.signer }),
    ...(isUndecided(signed, leaf, findings, court) && { undecided: true }),
  };
}

/** Only with an outdated root, and never of somebody whom no root would make acceptable. */
function isUndecided(
  signed: Signed,
  leaf: Leaf,
  findings: readonly Finding[],
  { conditions }: Court,
): boolean {
  if (conditions.outdated !== true || findings.some(({ outcome }) => outcome === 'match')) {
    return false;
  }
  const claims = findings.some(
    ({ outcome, problem }) => outcome === 'broken' || problem === UNKNOWN_AUTHORITY,
  );
  const certified = leaf !== undefined && 'claims' in leaf ? leaf : undefined;
  return claims && leansOnUnknownAuthority(signed, certified, conditions);
}

const UNKNOWN_AUTHORITY = 'of an authority that the trusted root does not name';

type Leaf = LeafCertificate | { readonly problem: string } | undefined;

function tryReadLeaf({ certificate }: Signed): Leaf {
  if (certificate === undefined) return undefined;
  try {
    return readLeaf(certificate);
  } catch (thrown) {
    return { problem: messageOf(thrown) };
  }
}

/** Whatever throws while a claim is examined breaks the claim: a crash is never a pass (CVE-2026-44310). */
function byRule(signed: Signed, leaf: Leaf, rule: SignerRule, court: Court): Finding {
  try {
    return rule.kind === 'key' ? byKey(signed, rule, court) : byIdentity(signed, leaf, rule, court);
  } catch (thrown) {
    return { outcome: 'broken', problem: messageOf(thrown) };
  }
}

function byKey(signed: Signed, rule: KeyRule, court: Court): Finding {
  // A certificate must not meet a key policy (policy-type confusion). cosign's legacy path looks at
  // the key alone.
  if (signed.format === 'bundle' && signed.certificate !== undefined) return { outcome: 'other' };
  const holder = holderOfKey(rule);
  if (!signatureIsBy(signed, holder)) {
    const claimed = signed.keyHint === sha256(holder.spki).toString('base64');
    return claimed
      ? { outcome: 'broken', problem: `names key ${rule.keyId} and is not signed by it` }
      : { outcome: 'other' };
  }
  const proof = prove(signed, holder, court);
  court.requireClaims(signed);
  return { outcome: 'match', proof, signer: keySigner(rule.keyId) };
}

function byIdentity(signed: Signed, leaf: Leaf, rule: KeylessRule, court: Court): Finding {
  if (leaf === undefined || 'problem' in leaf) return { outcome: 'other' };
  const name = acceptedName(leaf.claims, rule, signed.format === 'legacy');
  if (name === undefined) return { outcome: 'other' };
  if (!isByKnownAuthority(leaf, court)) {
    return { outcome: 'other', problem: UNKNOWN_AUTHORITY };
  }
  const proof = prove(signed, { kind: 'certificate', leaf }, court);
  court.requireClaims(signed);
  return { outcome: 'match', proof, signer: keylessSigner(leaf.claims, name, court.trustRoot) };
}

/** @throws {Refusal} */
function prove(signed: Signed, holder: Holder, { conditions }: Court): Proof {
  requireNotRefused(signed.content);
  return verifySigned(signed, holder, conditions);
}

/** Anyone can make an authority that vouches for anything: another authority is another signer. */
function isByKnownAuthority({ x509 }: LeafCertificate, { conditions }: Court): boolean {
  return conditions.material.certificateAuthorities.some(({ certChain }) =>
    certChain.some((authority) => authority.subject.equals(x509.issuer)),
  );
}

/** Seen against wanted, in full. What is seen is claimed, not proven. */
function stranger(
  signed: Signed,
  leaf: Leaf,
  rules: readonly SignerRule[],
  findings: readonly Finding[],
): Finding {
  const why = findings.find(({ problem }) => problem !== undefined)?.problem;
  const seen = [describeSeen(signed, leaf), why].filter((part) => part !== undefined).join(' ');
  return { outcome: 'other', problem: `${seen}; wanted ${describeRules(rules)}` };
}

function describeSeen(signed: Signed, leaf: Leaf): string {
  if (leaf === undefined) {
    const hint = signed.keyHint ? ` with hint ${JSON.stringify(signed.keyHint.slice(0, 120))}` : '';
    return `signed with a key${hint}`;
  }
  if ('problem' in leaf) return `signed with an unreadable certificate (${leaf.problem})`;
  const { identity, issuer } = leaf.claims;
  return `signed by ${JSON.stringify(identity.value)} by issuer ${JSON.stringify(issuer)}`;
}

function describe(signed: Signed, leaf: Leaf, finding: Finding): Candidate {
  const { predicateType } = signed;
  const claims = leaf !== undefined && 'claims' in leaf ? leaf.claims : undefined;
  const { proof, problem, signer, outcome } = finding;
  return {
    outcome,
    kind: claims === undefined ? 'key' : 'keyless',
    format: signed.format,
    manifest: signed.manifest,
    ...(claims !== undefined && { identity: claims.identity.value, issuer: claims.issuer }),
    ...(signer?.id.startsWith('key:') && { keyId: signer.id.slice('key:'.length) }),
    ...(proof?.logIndex !== undefined && { logIndex: proof.logIndex }),
    ...(proof?.signedAt && { signedAt: timestampOf(proof.signedAt.getTime()) }),
    ...(predicateType !== undefined && { predicateType }),
    ...(problem !== undefined && { problem }),
  };
}
