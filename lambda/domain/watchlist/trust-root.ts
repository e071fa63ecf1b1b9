import { createHash } from 'node:crypto';
import { PUBLIC_GOOD, type TrustRootName } from '../policy.ts';
import type { Compilation } from './compilation.ts';
import type { Path } from './problem.ts';

const LARGEST = 256 * 1_024;

/** Reads a custom trusted root and names it after its bytes, so that a changed file is another root. */
export function compileTrustRoot(
  compilation: Compilation,
  file: string,
  path: Path,
): TrustRootName {
  if (!compilation.isSound(path)) return PUBLIC_GOOD;
  const bytes = compilation.read(file, path, LARGEST);
  if (bytes === undefined) return PUBLIC_GOOD;
  if (!isTrustedRoot(bytes)) {
    compilation.report(
      path,
      `found no trusted root in ${JSON.stringify(file)}, expected the JSON of a Sigstore trusted_root.json`,
    );
    return PUBLIC_GOOD;
  }
  const name = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  compilation.trustRoots.set(name, bytes);
  return name;
}

/** By its media type only; whether its keys and certificates hold is for the verifier to say. */
function isTrustedRoot(bytes: Uint8Array): boolean {
  try {
    const root: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const mediaType = (root as { mediaType?: unknown } | null)?.mediaType;
    return (
      typeof mediaType === 'string' &&
      mediaType.startsWith('application/vnd.dev.sigstore.trustedroot')
    );
  } catch {
    return false;
  }
}
