import {
  type Evidence,
  EvidenceError,
  type Question,
  readEvidence,
  replayedRegistry,
} from '../../lambda/adapters/evidence/index.ts';
import type { Clock } from '../../lambda/application/ports.ts';
import { createVerifier } from '../../lambda/composition.ts';
import { parseDigest } from '../../lambda/domain/digest.ts';
import type { TrustRootName } from '../../lambda/domain/policy.ts';
import { policyHashOf } from '../../lambda/domain/policy-hash.ts';
import type { Verification } from '../../lambda/domain/verdict.ts';
import type { Cli } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { verdictData, verdictLines } from '../verdict-text.ts';
import { exitOf } from './verify.ts';

/**
 * Reaches a verdict again from a folder alone: with the ordinary verifier, on the bytes, the policy,
 * the trusted root and the time of then.
 */
export async function verifyEvidence(
  cli: Cli,
  folder: string,
  { root }: { readonly root: string },
): Promise<ExitCode> {
  const evidence = await readEvidence(cli.path(folder), parseDigest(root));
  const { document } = evidence;
  const verification = await again(evidence, cli.signal);
  cli.signal.throwIfAborted();
  const { reference: name, digest, policy, at, tool } = document;
  const before = document.verification;
  const same = isSameVerdict(before, verification);
  const recorded = { at, tool, verifier: before.verifier, verdict: before.verdict, same };
  cli.output.result({ ...verdictData(name, digest, verification), recorded }, () => [
    ...verdictLines({
      ...{ name, digest, verification, policy, output: cli.output },
      wanted: wantedBy(document.question),
    }),
    `evidence     of ${at}, by ${tool}: ${same ? 'the same verdict' : `then ${before.verdict}`}`,
  ]);
  if (!same) {
    cli.output.warn(
      `the recorded verdict was ${before.verdict} (${before.verifier}); this is ${verification.verifier}`,
    );
  }
  return exitOf(verification);
}

async function again(evidence: Evidence, signal: AbortSignal): Promise<Verification> {
  const { document } = evidence;
  const { repository, digest, policy, policyHash, question, at } = document;
  if (policyHashOf(policy) !== policyHash) {
    throw new EvidenceError('NOT_EVIDENCE', 'the policy does not hash to what it is said to');
  }
  const clock: Clock = { now: () => at, sleep: () => Promise.resolve() };
  const given = rootsIn(evidence);
  const verifier = await createVerifier(replayedRegistry(evidence), clock, { given });
  return question.kind === 'signature'
    ? verifier.verify(repository, digest, policy, policyHash, signal)
    : verifier.verifyAttestation(repository, digest, policy, policyHash, question.wanted, signal);
}

/** Only what was recorded: a root that came with this release is another one. */
function rootsIn({ document, files }: Evidence): ReadonlyMap<TrustRootName, Uint8Array> {
  const { name, file } = document.trustRoot;
  if (name !== document.policy.trustRoot) {
    throw new EvidenceError('NOT_EVIDENCE', 'the trusted root is not that of the policy');
  }
  if (file === undefined) return new Map();
  const bytes = files.get(file);
  if (bytes === undefined) throw new EvidenceError('NOT_EVIDENCE', 'the trusted root is missing');
  return new Map([[name, bytes]]);
}

/** As scripts see it: who signed what and why the others do not do, not how our texts are worded. */
function isSameVerdict(a: Verification, b: Verification): boolean {
  const essence = ({ verdict, reason, cosignExit, candidates }: Verification) =>
    JSON.stringify([
      ...[verdict, reason, cosignExit],
      candidates.map(({ outcome, manifest, identity, keyId, signedAt }) => [
        ...[outcome, manifest, identity, keyId, signedAt],
      ]),
    ]);
  return essence(a) === essence(b);
}

function wantedBy(question: Question): readonly string[] {
  if (question.kind === 'signature') return [];
  return [`an attestation of type ${question.wanted.predicateType}`];
}
