import type { Authority } from './authority.ts';
import type { CtLog } from './ct-log.ts';
import type { RekorV1 } from './rekor-v1.ts';
import type { RekorV2 } from './rekor-v2.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import { type KeyPair, spkiOf } from './x509.ts';

export interface Services {
  readonly authority: Authority;
  readonly ctLog: CtLog;
  readonly rekorV1: RekorV1;
  readonly rekorV2: RekorV2;
  readonly timestamps: TimestampAuthority;
}

/** `v1`: Rekor v1. `v1tsa`: with signed timestamps. `v2`: Rekor v2, which needs them. */
export type SigningConfig = 'v1' | 'v1tsa' | 'v2';

interface Period {
  start?: string;
  end?: string;
}
interface LogJson {
  baseUrl: string;
  hashAlgorithm: string;
  publicKey: { rawBytes: string; keyDetails: string; validFor: Period };
  logId: { keyId: string };
}
interface AuthorityJson {
  subject: object;
  uri: string;
  certChain: { certificates: { rawBytes: string }[] };
  validFor: Period;
}

/** `trusted_root.json`; tests change it. */
export interface TrustedRootJson {
  mediaType: string;
  tlogs: LogJson[];
  certificateAuthorities: AuthorityJson[];
  ctlogs: LogJson[];
  timestampAuthorities: AuthorityJson[];
}

/** The `trusted_root.json` of these services, reached at `url`, valid from `start`. */
export function trustedRootOf(services: Services, url: string, start: Date): TrustedRootJson {
  const validFor: Period = { start: start.toISOString() };
  const logOf = ({ keys, id }: { keys: KeyPair; id: Buffer }, keyDetails: string): LogJson => ({
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(spkiOf(keys.publicKey)), keyDetails, validFor },
    logId: { keyId: base64(id) },
  });
  const authorityOf = (chain: readonly Uint8Array[], commonName: string): AuthorityJson => ({
    subject: { organization: 'tagwarden.test', commonName },
    uri: url,
    certChain: { certificates: chain.map((bytes) => ({ rawBytes: base64(bytes) })) },
    validFor,
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      logOf(services.rekorV1, 'PKIX_ECDSA_P256_SHA_256'),
      logOf(services.rekorV2, 'PKIX_ED25519'),
    ],
    certificateAuthorities: [authorityOf(services.authority.chain, 'sigstore')],
    ctlogs: [logOf(services.ctLog, 'PKIX_ECDSA_P256_SHA_256')],
    timestampAuthorities: [authorityOf(services.timestamps.chain, 'tsa')],
  };
}

/** What `cosign sign --signing-config` reads. */
export function signingConfigOf(kind: SigningConfig, url: string, start: Date): object {
  const service = (majorApiVersion: number, path = '') => ({
    url: `${url}${path}`,
    majorApiVersion,
    validFor: { start: start.toISOString() },
    operator: 'tagwarden.test',
  });
  const stamps = kind !== 'v1';
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(1)],
    oidcUrls: [service(1)],
    rekorTlogUrls: [service(kind === 'v2' ? 2 : 1)],
    rekorTlogConfig: { selector: 'ANY' },
    ...(stamps && { tsaUrls: [service(1, '/api/v1/timestamp')] }),
    tsaConfig: stamps ? { selector: 'ANY' } : {},
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
