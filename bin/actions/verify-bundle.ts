import { existsSync, readFileSync, statSync } from 'node:fs';
import { createSystemClock } from '../../lambda/adapters/runtime/clock.ts';
import type { FileArtifact } from '../../lambda/application/ports.ts';
import { createFileVerifier } from '../../lambda/composition.ts';
import { type Digest, digestOf, isDigest } from '../../lambda/domain/digest.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { verdictData, verdictLines } from '../verdict-text.ts';
import type { VerifyOptions } from '../verify-flags.ts';
import { policyOfRequest } from '../verify-policy.ts';
import { exitOf, refuseEnvironment } from './verify.ts';

export type VerifyBundleFlags = Pick<
  VerifyOptions,
  'key' | 'certificateIdentity' | 'certificateOidcIssuer' | 'trustedRoot'
> & { readonly bundle: string };

/** No bundle has half of this; what is larger is not read. */
const LARGEST_BUNDLE = 8 * 1024 * 1024;
/** What Node reads at once. */
const LARGEST_FILE = 2 ** 31 - 1;

export async function verifyBundle(
  cli: Cli,
  text: string,
  allFlags: VerifyBundleFlags,
): Promise<ExitCode> {
  refuseEnvironment(cli, allFlags);
  const { bundle: path, ...flags } = allFlags;
  const { policy, hash, trustRoots, warnings } = await policyOfRequest(cli, flags);
  for (const warning of warnings) cli.output.warn(warning);
  const bundle = readFile(cli, path, LARGEST_BUNDLE, 'expected a Sigstore bundle');
  const file = artifactOf(cli, text);
  const verifier = await createFileVerifier(createSystemClock(), trustRoots);
  const verification = await verifier.verifyFile(bundle, file, policy, hash);
  const digest = digestOfFile(file);
  const { reference: _, ...data } = verdictData(text, digest, verification);
  cli.output.result({ file: text, ...data }, () =>
    verdictLines({ name: text, digest, verification, policy, wanted: [], output: cli.output }),
  );
  return exitOf(verification);
}

/** As the conformance protocol has it: a digest is one that is not the name of a file. */
function artifactOf(cli: Cli, text: string): FileArtifact {
  if (isDigest(text) && text.startsWith('sha256:') && !existsSync(cli.path(text))) {
    return { digest: text };
  }
  return { bytes: readFile(cli, text, LARGEST_FILE, 'expected its digest instead: sha256:…') };
}

function digestOfFile(file: FileArtifact): Digest {
  return 'digest' in file ? file.digest : digestOf(file.bytes);
}

/** @throws {CliError} when it is not there, or is larger than what is read */
function readFile(cli: Cli, name: string, limit: number, instead: string): Buffer {
  const path = cli.path(name);
  try {
    const { size } = statSync(path);
    if (size <= limit) return readFileSync(path);
    throw new CliError(EXIT.no, `${name} has ${size} bytes, at most ${limit} are read: ${instead}`);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const message = `cannot read ${name}: expected a file that is there`;
    throw new CliError(EXIT.missingFile, message, { cause });
  }
}
