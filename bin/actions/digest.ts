import type { FoundManifest, Registry } from '../../lambda/application/ports.ts';
import type { Digest } from '../../lambda/domain/digest.ts';
import { formatReference, type Reference } from '../../lambda/domain/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withRegistry } from '../reach.ts';
import { readReference } from '../references.ts';
import type { RegistryFlags } from '../registry-flags.ts';

/** The registry proved that it has no such image. */
export class NotFound extends CliError {
  override name = 'NotFound';
}

export async function printDigest(cli: Cli, text: string, flags: RegistryFlags): Promise<ExitCode> {
  const reference = readReference(text);
  return withRegistry(cli, { reference, flags }, async ({ registry }) => {
    const digest = await currentDigest(registry, reference, cli.signal);
    cli.output.result({ reference: formatReference(reference), digest }, () => digest);
    return EXIT.done;
  });
}

/** HEAD, and GET where the answer names no digest, or is a 404 that proves nothing. */
async function currentDigest(
  registry: Registry,
  reference: Reference,
  signal: AbortSignal,
): Promise<Digest> {
  const head = await registry.headManifest(reference, nameOf(reference), signal);
  if (head.kind === 'found' && head.digest !== undefined) return head.digest;
  return (await currentManifest(registry, reference, signal)).digest;
}

/** @throws {CliError} with the exit code of what the registry said; {@link NotFound} when it is not there */
export async function currentManifest(
  registry: Registry,
  reference: Reference,
  signal: AbortSignal,
): Promise<FoundManifest> {
  const got = await registry.getManifest(reference, nameOf(reference), signal);
  if (got.kind === 'found') return got;
  const what = formatReference(reference);
  if (got.kind === 'denied') {
    throw new CliError(EXIT.denied, `${what}: access denied: ${got.detail}`);
  }
  if (got.oci) throw new NotFound(EXIT.no, `${what}: not found: ${got.detail}`);
  throw new CliError(
    EXIT.tryAgain,
    `${what}: found a 404 that is not a registry's, expected an OCI error: ${got.detail}`,
  );
}

function nameOf({ digest, tag = 'latest' }: Reference): string {
  return digest ?? tag;
}
