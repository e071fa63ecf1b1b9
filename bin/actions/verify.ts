import type { Question } from '../../lambda/adapters/evidence/index.ts';
import { createSystemClock } from '../../lambda/adapters/runtime/clock.ts';
import type { AttestationVerifier, Registry, Verifier } from '../../lambda/application/ports.ts';
import type { Digest } from '../../lambda/domain/digest.ts';
import { isProblem, readManifest } from '../../lambda/domain/manifest.ts';
import { formatReference, type Reference } from '../../lambda/domain/reference.ts';
import type { Verification } from '../../lambda/domain/verdict.ts';
import type { Cli } from '../cli.ts';
import { CliError, UsageError } from '../cli-error.ts';
import {
  type EvidenceInMaking,
  keepSubject,
  type Reached,
  startEvidence,
  writeDown,
} from '../evidence.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { withRegistry } from '../reach.ts';
import { readReference } from '../references.ts';
import type { RegistryFlags } from '../registry-flags.ts';
import { verdictData, verdictLines } from '../verdict-text.ts';
import type { VerifyOptions } from '../verify-flags.ts';
import { policyOfRequest, type ReadyPolicy } from '../verify-policy.ts';
import { refusedEnvironment } from '../verify-refusals.ts';
import { currentManifest, NotFound } from './digest.ts';

export type VerifyCommandFlags = VerifyOptions &
  RegistryFlags & {
    readonly platform?: string;
    readonly evidence?: string;
    readonly policy?: string;
    readonly file?: string;
  };

export async function verifyImage(
  cli: Cli,
  text: string,
  flags: VerifyCommandFlags,
): Promise<ExitCode> {
  const reference = readReference(text);
  refuseEnvironment(cli, flags);
  const ready = await policyOfRequest(cli, flags);
  const { policy, hash } = ready;
  const image: ImageCase = {
    ...{ reference, flags, ready, wanted: [], notFound: EXIT.tagNotFound },
    question: { kind: 'signature' },
  };
  return judgeImage(cli, image, (verifier, digest) =>
    verifier.verify(reference, digest, policy, hash, cli.signal),
  );
}

export interface ImageCase {
  readonly reference: Reference;
  readonly flags: RegistryFlags & { readonly platform?: string; readonly evidence?: string };
  readonly ready: ReadyPolicy;
  readonly question: Question;
  /** What is wanted besides the signers, for a person. */
  readonly wanted: readonly string[];
  /** cosign's exit code for a tag that is not there. */
  readonly notFound: ExitCode;
}

/** Resolves the image once, has it judged, and prints the verdict. */
export async function judgeImage(
  cli: Cli,
  image: ImageCase,
  judge: (verifier: Verifier & AttestationVerifier, digest: Digest) => Promise<Verification>,
): Promise<ExitCode> {
  const { reference, flags, ready } = image;
  for (const warning of ready.warnings) cli.output.warn(warning);
  const evidence = await startEvidence(cli, flags.evidence, createSystemClock().now());
  const reach = {
    ...{ reference, flags, listed: ready.registries },
    ...(evidence && { recorder: evidence.recorder }),
  };
  return withRegistry(cli, reach, async ({ registry, verifier }) => {
    const ordinary = await verifier(ready.trustRoots, evidence?.at);
    const digest = await digestOrDocument(cli, registry, image);
    if (evidence !== undefined) await keepSubject(registry, reference, digest, cli.signal);
    const verification = await judge(ordinary, digest);
    cli.signal.throwIfAborted();
    const written = evidence && (await tryWriting(evidence, { ...image, digest, verification }));
    tell(cli, image, { digest, verification, ...(written && { written }) });
    if (written !== undefined && 'failed' in written) throw written.failed;
    return exitOf(verification);
  });
}

type Written = { readonly folder: string; readonly root: Digest } | { readonly failed: unknown };

/** Who cannot keep the evidence is told after the verdict, not instead of it. */
async function tryWriting(evidence: EvidenceInMaking, reached: Reached): Promise<Written> {
  try {
    return { folder: evidence.folder, root: await writeDown(evidence, reached) };
  } catch (failed) {
    return { failed };
  }
}

function tell(
  cli: Cli,
  { reference, ready, wanted }: ImageCase,
  said: { digest: Digest; verification: Verification; written?: Written },
): void {
  const { digest, verification, written } = said;
  const name = formatReference(reference);
  const { policy } = ready;
  const kept = written !== undefined && 'root' in written ? written : undefined;
  const evidence = kept && { evidence: { folder: kept.folder, root: kept.root } };
  cli.output.result({ ...verdictData(name, digest, verification), ...evidence }, () => [
    ...verdictLines({ name, digest, verification, policy, wanted, output: cli.output }),
    ...(kept === undefined
      ? []
      : [`evidence     ${printable(kept.folder)}`, `root         ${kept.root}`]),
  ]);
}

/** @throws {CliError} as cosign exits for a tag that is not there, after a document that says so */
async function digestOrDocument(
  cli: Cli,
  registry: Registry,
  { reference, flags, notFound }: ImageCase,
): Promise<Digest> {
  try {
    return await digestToVerify(registry, reference, flags.platform, cli.signal);
  } catch (thrown) {
    if (!(thrown instanceof NotFound)) throw thrown;
    const name = formatReference(reference);
    const nothing = { reference: name, digest: null, verdict: null, reason: 'not-found' };
    const data = { ...nothing, cosignExit: notFound, findings: [], candidates: [] };
    cli.output.result(data, () => []);
    throw new CliError(notFound, thrown.message);
  }
}

/** A verdict as cosign's exit code, where cosign would have one. */
export function exitOf({ verdict, cosignExit }: Verification): ExitCode {
  if (verdict === 'inconclusive') return EXIT.tryAgain;
  if (verdict === 'verified' || verdict === 'not-required') return EXIT.done;
  // A watch may refuse what cosign accepts: an attestation is no signature.
  return cosignExit === 0 ? EXIT.no : cosignExit;
}

/** A digest that was given is what it is; a tag is resolved once, from bytes. */
async function digestToVerify(
  registry: Registry,
  reference: Reference,
  platform: string | undefined,
  signal: AbortSignal,
): Promise<Digest> {
  if (reference.digest !== undefined && platform === undefined) return reference.digest;
  const manifest = await currentManifest(registry, reference, signal);
  if (platform === undefined) return manifest.digest;
  const facts = readManifest(manifest.bytes, manifest.mediaType);
  if (isProblem(facts)) {
    throw new CliError(EXIT.no, `${formatReference(reference)}: not an image: it ${facts.problem}`);
  }
  const child = Object.hasOwn(facts.platforms, platform) ? facts.platforms[platform] : undefined;
  if (child === undefined) {
    const known = Object.keys(facts.platforms).join(', ');
    throw new CliError(EXIT.no, `--platform ${platform}: expected one of ${known}`);
  }
  return child;
}

/** cosign would look elsewhere, or trust others: the same command must not mean two things. */
export function refuseEnvironment(cli: Cli, flags: object): void {
  const refused = refusedEnvironment(cli.io.env, Object.keys(flags));
  if (refused === undefined) return;
  throw new UsageError(
    `the environment has ${refused.name}, which cosign obeys: expected it unset: ${refused.instead}`,
  );
}
