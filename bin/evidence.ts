import type { Case, Question, Recorder } from '../lambda/adapters/evidence/index.ts';
import type { Registry } from '../lambda/application/ports.ts';
import type { Digest } from '../lambda/domain/digest.ts';
import { PUBLIC_GOOD } from '../lambda/domain/policy.ts';
import { formatReference, type Reference } from '../lambda/domain/reference.ts';
import type { Timestamp } from '../lambda/domain/time.ts';
import type { Verification } from '../lambda/domain/verdict.ts';
import type { Cli } from './cli.ts';
import type { ReadyPolicy } from './verify-policy.ts';
import { version } from './version.ts';

/** Evidence of one verdict, while it is reached. */
export interface EvidenceInMaking {
  readonly folder: string;
  readonly recorder: Recorder;
  /** By which everything is judged, now and when it is verified again. */
  readonly at: Timestamp;
}

/** @throws before anything is asked, when the folder is not a new one */
export async function startEvidence(
  cli: Cli,
  folder: string | undefined,
  at: Timestamp,
): Promise<EvidenceInMaking | undefined> {
  if (folder === undefined) return undefined;
  const { Recorder, requireEmpty } = await import('../lambda/adapters/evidence/index.ts');
  const path = cli.path(folder);
  await requireEmpty(path);
  return { folder: path, recorder: new Recorder(), at };
}

/** The image's own manifest belongs to it, also where a digest was given and nobody needed the bytes. */
export async function keepSubject(
  registry: Registry,
  reference: Reference,
  digest: Digest,
  signal: AbortSignal,
): Promise<void> {
  try {
    await registry.getManifest(reference, digest, signal);
  } catch {
    // Recorded as what it is; the verdict does not rest on it.
  }
}

export interface Reached {
  readonly reference: Reference;
  readonly digest: Digest;
  readonly question: Question;
  readonly ready: ReadyPolicy;
  readonly verification: Verification;
}

/** @returns the root: the hash that has to be kept elsewhere */
export async function writeDown(
  { folder, recorder, at }: EvidenceInMaking,
  { reference, digest, question, ready, verification }: Reached,
): Promise<Digest> {
  const { writeEvidence } = await import('../lambda/adapters/evidence/index.ts');
  const { policy, hash: policyHash } = ready;
  const { registry, repository } = reference;
  const about: Case = {
    reference: formatReference(reference),
    repository: { registry, repository },
    ...{ digest, question, policy, policyHash, verification, at },
    trustRoot: await rootOf(ready),
    tool: `tagwarden ${version()}`,
  };
  return writeEvidence(folder, recorder.evidence(about));
}

async function rootOf({ policy, trustRoots }: ReadyPolicy): Promise<Case['trustRoot']> {
  const { publicGoodTrustedRoot } = await import('../lambda/adapters/sigstore/index.ts');
  const name = policy.trustRoot;
  const bytes =
    trustRoots.get(name) ?? (name === PUBLIC_GOOD ? publicGoodTrustedRoot() : undefined);
  return { name, ...(bytes !== undefined && { bytes }) };
}
