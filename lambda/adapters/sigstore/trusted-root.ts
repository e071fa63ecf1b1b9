import { createHash } from 'node:crypto';
import { HashAlgorithm, type TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { messageOf } from '../../domain/errors.ts';
import { mayIssueSigners, mayStamp } from './authorities.ts';
import { requireKeyAsDescribed } from './root-key.ts';
import { TrustedRootError } from './trusted-root-error.ts';
import { parseTrustedRoot } from './trusted-root-json.ts';

export { TrustedRootError } from './trusted-root-error.ts';

/** The authorities of one trusted root, ready to verify with; without a key of the user. */
export interface LoadedRoot {
  /** `sha256:<hex>` of the bytes. */
  readonly hash: string;
  readonly material: Omit<TrustMaterial, 'publicKey'>;
}

/** For key policies that ask no log and no timestamp: they need no authority at all. */
export const NO_ROOT: LoadedRoot = {
  hash: '',
  material: { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] },
};

const MAX_KEPT = 16;
const kept = new Map<string, LoadedRoot>();

export function hashOfRoot(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * A trusted root, checked and ready to verify with. The latest few are kept: to parse one takes
 * longer than to verify with it.
 *
 * @throws {TrustedRootError}
 */
export function loadTrustedRoot(bytes: Uint8Array): LoadedRoot {
  const hash = hashOfRoot(bytes);
  const known = kept.get(hash);
  if (known !== undefined) return known;
  const loaded = { hash, material: materialOf(bytes) };
  const oldest = kept.keys().next();
  if (kept.size >= MAX_KEPT && !oldest.done) kept.delete(oldest.value);
  kept.set(hash, loaded);
  return loaded;
}

function materialOf(bytes: Uint8Array): LoadedRoot['material'] {
  try {
    const root = parseTrustedRoot(bytes);
    requireSound(root);
    return toTrustMaterial({
      ...root,
      certificateAuthorities: root.certificateAuthorities.filter(mayIssueSigners),
      timestampAuthorities: root.timestampAuthorities.filter(mayStamp),
    });
  } catch (thrown) {
    if (thrown instanceof TrustedRootError) throw thrown;
    throw new TrustedRootError(messageOf(thrown), thrown);
  }
}

/**
 * For a root that is to replace a good one: it must be sound, and name somebody. One that names
 * nobody would turn every signature into somebody else's.
 *
 * @throws {TrustedRootError}
 */
export function requireWholeRoot(bytes: Uint8Array): void {
  const { certificateAuthorities, tlogs } = loadTrustedRoot(bytes).material;
  if (certificateAuthorities.length === 0 || tlogs.length === 0) {
    throw new TrustedRootError('it names no certificate authority or no transparency log');
  }
}

function requireSound(root: TrustedRoot): void {
  if (root.mediaType !== 'application/vnd.dev.sigstore.trustedroot+json;version=0.1') {
    throw new TrustedRootError(`media type is ${JSON.stringify(root.mediaType)}`);
  }
  requireSoundLogs('tlogs', root.tlogs);
  requireSoundLogs('ctlogs', root.ctlogs);
  requireSoundAuthorities('certificateAuthorities', root.certificateAuthorities);
  requireSoundAuthorities('timestampAuthorities', root.timestampAuthorities);
}

/** Two logs of one id would let the one's entry be verified with the other's key. */
function requireSoundLogs(what: string, logs: TrustedRoot['tlogs']): void {
  const taken = new Set<string>();
  logs.forEach(({ publicKey, hashAlgorithm, logId }, index) => {
    const path = `${what}[${index}]`;
    if (hashAlgorithm !== HashAlgorithm.SHA2_256) {
      throw new TrustedRootError(`${path} hashes with something else than SHA-256`);
    }
    if (!publicKey?.rawBytes?.length) throw new TrustedRootError(`${path} has no key`);
    requireKeyAsDescribed(path, publicKey.keyDetails, publicKey.rawBytes);
    requirePeriod(path, publicKey.validFor);
    const id = logId?.keyId.toString('base64') ?? '';
    if (id === '') throw new TrustedRootError(`${path} has no log id`);
    if (taken.has(id)) throw new TrustedRootError(`${path} repeats the log id ${id}`);
    taken.add(id);
  });
}

function requireSoundAuthorities(
  what: string,
  authorities: TrustedRoot['certificateAuthorities'],
): void {
  authorities.forEach((authority, index) => {
    const path = `${what}[${index}]`;
    if (!authority.certChain?.certificates.length) {
      throw new TrustedRootError(`${path} has no certificate`);
    }
    requirePeriod(path, authority.validFor);
  });
}

/**
 * G7: the library takes a missing start for "since ever". An authority without one would vouch for
 * times before it existed.
 */
function requirePeriod(
  path: string,
  validFor: { start?: Date | undefined; end?: Date | undefined } | undefined,
): void {
  const { start, end } = validFor ?? {};
  if (start === undefined || Number.isNaN(start.getTime())) {
    throw new TrustedRootError(`${path} does not say since when it is valid`);
  }
  if (end !== undefined && !(end >= start)) {
    throw new TrustedRootError(`${path} ends before it starts, or at no time`);
  }
}
