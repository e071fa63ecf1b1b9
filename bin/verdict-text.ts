import { describeCondition } from '../lambda/domain/condition.ts';
import type { Digest } from '../lambda/domain/digest.ts';
import type { AttestationRule, Policy, SignerRule, TextRule } from '../lambda/domain/policy.ts';
import type { Candidate, Verification } from '../lambda/domain/verdict.ts';
import type { Output } from './output.ts';
import { printable } from './printable.ts';

/** The document of `verify -o json`: part of the contract with scripts. */
export function verdictData(reference: string, digest: Digest, verification: Verification) {
  const { verdict, reason, detail, cosignExit, findings, candidates } = verification;
  return {
    reference,
    digest,
    verdict,
    reason: reason ?? null,
    // Where no candidate says why, this is all there is.
    ...(detail !== undefined && { detail }),
    cosignExit,
    findings,
    candidates: candidates.map(candidateData),
  };
}

function candidateData(candidate: Candidate) {
  const { outcome, kind, identity, issuer, keyId, format } = candidate;
  const { logIndex, signedAt, predicateType, problem } = candidate;
  const text = { identity, issuer, keyId, format, logIndex, signedAt, predicateType, problem };
  return { outcome, kind, ...text };
}

interface Judged {
  readonly name: string;
  readonly digest: Digest;
  readonly verification: Verification;
  readonly policy: Policy;
  /** What is wanted besides the signers. */
  readonly wanted: readonly string[];
  readonly output: Output;
}

/** The verdict for a person: who signed and when, or what was seen against what was wanted. */
export function verdictLines(judged: Judged): string[] {
  const { name, digest, verification, policy, wanted, output } = judged;
  const { verdict, reason, detail, candidates, findings } = verification;
  const matching = candidates.filter(({ outcome }) => outcome === 'match');
  const others = candidates.filter(({ outcome }) => outcome !== 'match');
  const accepted = verdict === 'verified';
  return [
    row(output.word(verdict), name, verdict),
    row('digest', digest),
    ...(reason === undefined ? [] : [row('reason', reasonText(reason, detail, candidates))]),
    ...(accepted ? matching : []).flatMap((each) => signerLines(each)),
    ...(accepted ? [] : wantedTexts(policy, wanted).map((each) => row('wanted', each))),
    ...(accepted ? [] : [...matching, ...others].flatMap(candidateLines)),
    ...new Set(findings.map(({ code, message }) => row('note', `${message} (${code})`))),
  ];
}

function wantedTexts(policy: Policy, wanted: readonly string[]): string[] {
  return [...wanted, ...policy.signedBy.map(ruleText), ...policy.attestations.map(attestationText)];
}

function attestationText({ predicateType, signedBy, where }: AttestationRule): string {
  const signers = signedBy.map((rule) => `, by ${ruleText(rule)}`);
  const conditions = Object.entries(where).map(
    ([path, condition]) => `, ${path}: ${describeCondition(condition)}`,
  );
  return `attestation ${predicateType}${signers.join('')}${conditions.join('')}`;
}

/** What a candidate says below is not said twice. */
function reasonText(
  reason: string,
  detail: string | undefined,
  candidates: readonly Candidate[],
): string {
  const repeated = candidates.some(({ problem }) => problem === detail);
  return detail === undefined || repeated ? reason : `${reason}: ${detail}`;
}

const WIDTH = 13;

/** A title, then its text; `plain` is the title without colour, by which the column is measured. */
function row(title: string, text: string, plain = title): string {
  return `${title}${' '.repeat(Math.max(1, WIDTH - plain.length))}${printable(text)}`;
}

function signerLines(candidate: Candidate): string[] {
  const { signedAt, logIndex, format, predicateType } = candidate;
  const when = signedAt === undefined ? 'no proven time' : `at ${signedAt}`;
  const log = logIndex === undefined ? 'in no transparency log' : `log index ${logIndex}`;
  return [
    row('signed by', holderText(candidate)),
    row('', `${when}, ${log}, ${format}${predicateType ? `, ${predicateType}` : ''}`),
  ];
}

function candidateLines(candidate: Candidate): string[] {
  const { outcome, format, manifest, problem } = candidate;
  const where = manifest === undefined ? format : `${format} in ${manifest}`;
  return [
    row('found', `${outcome}: ${holderText(candidate)}, ${where}`),
    ...(problem === undefined ? [] : [row('', problem)]),
  ];
}

function holderText({ kind, identity, issuer, keyId }: Candidate): string {
  if (kind === 'key') return keyId === undefined ? 'a key' : `key ${keyId}`;
  if (identity === undefined) return 'a certificate';
  return issuer === undefined ? identity : `${identity}, issuer ${issuer}`;
}

function ruleText(rule: SignerRule): string {
  if (rule.kind === 'key') return `key ${rule.keyId} (${rule.source})`;
  const workflow = Object.entries(rule.workflow ?? {}).map(([name, value]) => `, ${name} ${value}`);
  return `${textOf(rule.identity)}, issuer ${textOf(rule.issuer)}${workflow.join('')}`;
}

function textOf(rule: TextRule): string {
  return 'exact' in rule ? rule.exact : `/${rule.regExp}/`;
}
