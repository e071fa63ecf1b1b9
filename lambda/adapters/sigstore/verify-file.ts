import { HashAlgorithm } from '@sigstore/protobuf-specs';
import { digestOf } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Candidate, Verification } from '../../domain/verdict.ts';
import type { Artifact } from './artifact.ts';
import { parseFileBundle } from './bundle-json.ts';
import type { Conditions } from './cryptography.ts';
import { describeRules } from './identity.ts';
import { isJsonObject } from './json.ts';
import { type Judged, judge } from './judge.ts';
import { Refusal } from './refusal.ts';
import type { About } from './root-judge.ts';
import { type Signed, signedFromBundle } from './signed.ts';
import type { HashName } from './signed-content.ts';
import { readStatement, type Statement } from './statement.ts';
import { VERIFIER } from './version.ts';

/**
 * Whether a Sigstore bundle is over this file, by one of the policy's signers: the client
 * specification of Sigstore, as its conformance suite has it. The judge is that of images.
 */
export function verifyFile(
  bytes: Uint8Array,
  artifact: Artifact,
  policy: Policy,
  conditions: Conditions,
  about: About,
): Verification {
  const judged = judgeBundle(bytes, artifact, policy, conditions);
  const { candidate, signer } = judged;
  const matches = candidate.outcome === 'match';
  const verdict = verdictOf(judged, policy);
  const { signedAt } = candidate;
  return {
    ...about,
    ...verdict,
    cosignExit: matches ? 0 : 1,
    signers: signer === undefined ? [] : [signer],
    complete: true,
    candidates: [candidate],
    findings: [],
    ...(matches && signedAt !== undefined && { signedAt }),
    fingerprint: digestOf(bytes),
    verifier: VERIFIER,
  };
}

function verdictOf(
  { candidate: { outcome, problem }, undecided }: Judged,
  policy: Policy,
): Pick<Verification, 'verdict' | 'reason' | 'detail'> {
  if (outcome === 'match') return { verdict: 'verified' };
  const detail = problem ?? describeRules(policy.signedBy);
  if (undecided === true) return { verdict: 'inconclusive', reason: 'trust-root-outdated', detail };
  const reason = outcome === 'other' ? 'other-signer' : 'broken-signature';
  return { verdict: 'rejected', reason, detail };
}

function judgeBundle(
  bytes: Uint8Array,
  artifact: Artifact,
  policy: Policy,
  conditions: Conditions,
): Judged {
  const manifest = digestOf(bytes);
  try {
    const signed = aboutFile(signedFromBundle(parseFileBundle(bytes), manifest, false), artifact);
    // The specification: every time that a bundle has must be good, and be one of the certificate.
    const useSignedTimestamps = signed.timestamps.length > 0;
    return judge(signed, {
      rules: policy.signedBy,
      conditions: { ...conditions, rules: { ...conditions.rules, useSignedTimestamps } },
      trustRoot: policy.trustRoot,
      requireClaims: ({ content }) => {
        if (content.kind === 'envelope') requireFile(readStatement(content), artifact);
      },
    });
  } catch (thrown) {
    const candidate: Candidate = {
      outcome: 'broken',
      kind: 'key',
      format: 'bundle',
      manifest,
      problem: messageOf(thrown),
    };
    return { candidate };
  }
}

/** Puts the file where a message signature has only its digest. @throws {Refusal} when it is another file */
function aboutFile(signed: Signed, artifact: Artifact): Signed {
  const { content } = signed;
  if (content.kind !== 'message') return { ...signed, ofFile: true };
  const { messageDigest, signature } = content.message ?? {};
  const hash = HASHES.get(messageDigest?.algorithm ?? HashAlgorithm.HASH_ALGORITHM_UNSPECIFIED);
  if (hash === undefined || signature === undefined) {
    throw new Refusal('the bundle names no digest that is known here: SHA-256, SHA-384 or SHA-512');
  }
  // An unauthenticated hint; the signature decides. But where it names another file, nobody signed this one.
  const own = artifact.digests[hash];
  if (own !== undefined && messageDigest?.digest.equals(own) !== true) {
    throw new Refusal(
      'the bundle is about another file: its message digest is not that of this one',
    );
  }
  return { ...signed, content: { kind: 'artifact', artifact }, signature, ofFile: true };
}

const HASHES: ReadonlyMap<HashAlgorithm, HashName> = new Map([
  [HashAlgorithm.SHA2_256, 'sha256'],
  [HashAlgorithm.SHA2_384, 'sha384'],
  [HashAlgorithm.SHA2_512, 'sha512'],
]);

const STATEMENT_TYPES = ['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'];

/** @throws {Refusal} unless a subject of the statement is this file by every digest that it has of it */
function requireFile({ json, subjects }: Statement, { digests }: Artifact): void {
  const type = isJsonObject(json) ? json._type : undefined;
  if (typeof type !== 'string' || !STATEMENT_TYPES.includes(type)) {
    throw new Refusal(`the statement is of type ${JSON.stringify(type ?? null).slice(0, 120)}`);
  }
  const known = Object.entries(digests).map(([hash, digest]) => [hash, digest.toString('hex')]);
  const isThis = subjects.some(({ digest: found }) => {
    const shared = known.filter(([hash = '']) => isJsonObject(found) && Object.hasOwn(found, hash));
    return (
      shared.length > 0 &&
      shared.every(([hash = '', hex]) => isJsonObject(found) && found[hash] === hex)
    );
  });
  if (!isThis) throw new Refusal('the bundle is about another file: no subject is this one');
}
