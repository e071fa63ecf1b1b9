import { createHash } from 'node:crypto';
import { PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { messageOf, TagwardenError } from '../../domain/errors.ts';
import { isJsonObject, readJson } from './json.ts';

/** Raised for a `trusted_root.json` that cannot be relied on; not for one that merely misses an authority. */
export class TrustedRootError extends TagwardenError<'INVALID_TRUSTED_ROOT'> {
  constructor(problem: string, cause?: unknown) {
    super('INVALID_TRUSTED_ROOT', `invalid trusted root: ${problem}`, { cause });
  }
}

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

const MAX_CACHED = 16;

export function hashOfRoot(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Loads trusted roots and keeps the latest few: parsing one costs more than verifying with it. */
export class TrustedRootCache {
  readonly #loaded = new Map<string, LoadedRoot>();

  /** @throws {TrustedRootError} */
  load(bytes: Uint8Array): LoadedRoot {
    const hash = hashOfRoot(bytes);
    const known = this.#loaded.get(hash);
    if (known !== undefined) return known;
    const loaded = { hash, material: loadTrustedRoot(bytes) };
    const oldest = this.#loaded.keys().next();
    if (this.#loaded.size >= MAX_CACHED && !oldest.done) this.#loaded.delete(oldest.value);
    this.#loaded.set(hash, loaded);
    return loaded;
  }
}

/** @throws {TrustedRootError} */
export function loadTrustedRoot(bytes: Uint8Array): Omit<TrustMaterial, 'publicKey'> {
  try {
    const json = readJson(bytes, 'trusted root');
    if (!isJsonObject(json)) throw new TrustedRootError('it is not a JSON object');
    const root = TrustedRoot.fromJSON(json);
    requireSound(root);
    return toTrustMaterial(root);
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
  const { certificateAuthorities, tlogs } = loadTrustedRoot(bytes);
  if (certificateAuthorities.length === 0 || tlogs.length === 0) {
    throw new TrustedRootError('it names no certificate authority or no transparency log');
  }
}

function requireSound(root: TrustedRoot): void {
  if (!root.mediaType.startsWith('application/vnd.dev.sigstore.trustedroot')) {
    throw new TrustedRootError(`media type is ${JSON.stringify(root.mediaType)}`);
  }
  requireSoundLogs('tlogs', root.tlogs);
  requireSoundLogs('ctlogs', root.ctlogs);
  requireSoundAuthorities('certificateAuthorities', root.certificateAuthorities);
  requireSoundAuthorities('timestampAuthorities', root.timestampAuthorities);
}

/** Two logs of one id would let the one's entry be verified with the other's key. */
function requireSoundLogs(what: string, logs: TrustedRoot['tlogs']): void {
  const ids = new Set<string>();
  logs.forEach((log, index) => {
    const path = `${what}[${index}]`;
    if (!log.publicKey?.rawBytes?.length) throw new TrustedRootError(`${path} has no key`);
    requireKnownKey(path, log.publicKey.keyDetails);
    requireStart(path, log.publicKey.validFor);
    const id = (log.checkpointKeyId ?? log.logId)?.keyId.toString('base64') ?? '';
    if (id === '') throw new TrustedRootError(`${path} has no log id`);
    if (ids.has(id)) throw new TrustedRootError(`${path} repeats the log id ${id}`);
    ids.add(id);
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
    requireStart(path, authority.validFor);
  });
}

function requireKnownKey(path: string, details: PublicKeyDetails): void {
  const unknown: readonly PublicKeyDetails[] = [
    PublicKeyDetails.PUBLIC_KEY_DETAILS_UNSPECIFIED,
    PublicKeyDetails.LMS_SHA256,
    PublicKeyDetails.LMOTS_SHA256,
  ];
  if (unknown.includes(details)) throw new TrustedRootError(`${path} has an unsupported key type`);
}

/**
 * G7: the library takes a missing start for "since ever". An authority without one would vouch for
 * times before it existed.
 */
function requireStart(path: string, validFor: { start?: Date | undefined } | undefined): void {
  const start = validFor?.start;
  if (start === undefined || Number.isNaN(start.getTime())) {
    throw new TrustedRootError(`${path} does not say since when it is valid`);
  }
}
