import type { KeyRule } from './policy.ts';

/** A key in AWS KMS, as cosign refers to one. */
export interface KmsReference {
  /** As the user wrote it. */
  readonly uri: string;
  /** `host[:port]`; absent for the service of the region. */
  readonly endpoint?: string;
  /** Key id, alias, or the ARN of either. */
  readonly keyId: string;
  /** Of an ARN. */
  readonly region?: string;
}

/** What KMS said of a key. `problem` is what was found and expected. */
export type KmsAnswer =
  | {
      readonly ok: true;
      readonly pem: string;
      readonly digestAlgorithm: KeyRule['digestAlgorithm'];
    }
  | { readonly ok: false; readonly problem: string };

/** By URI. */
export type KmsKeys = ReadonlyMap<string, KmsAnswer>;

const UUID = '(?:mrk-)?[A-Fa-f0-9]{8}-?(?:[A-Fa-f0-9]{4}-?){3}[A-Fa-f0-9]{12}';
const ALIAS = 'alias/[A-Za-z0-9/_-]{1,250}';
/** sigstore, `pkg/signature/kms/aws`: `awskms://[ENDPOINT]/[ID/ALIAS/ARN]`. */
const REFERENCE = new RegExp(
  `^awskms://([^/]*)/(${UUID}|${ALIAS}|arn:(?:aws|aws-us-gov|aws-cn):kms:([a-z0-9-]+):\\d{12}:(?:key/${UUID}|${ALIAS}))$`,
);
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?$/i;

export function isKmsUri(text: string): boolean {
  return /^awskms:/i.test(text);
}

/** The reference, or what was found and expected. */
export function parseKmsReference(text: string): KmsReference | { readonly problem: string } {
  const [, endpoint = '', keyId = '', region] = REFERENCE.exec(text) ?? [];
  if (keyId === '' || (endpoint !== '' && !HOST.test(endpoint))) {
    return {
      problem: `found ${JSON.stringify(text.slice(0, 200))}, expected awskms:///KEY with a key id, alias/NAME or the ARN of either, or awskms://HOST/KEY`,
    };
  }
  return {
    uri: text,
    keyId,
    ...(endpoint !== '' && { endpoint }),
    ...(region !== undefined && { region }),
  };
}

export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d{1,5})?$/i.test(host);
}

/**
 * Attack: a shared watch list that names `awskms://evil.example/…`, to be sent a request that is
 * signed with the credentials of whoever applies it.
 */
export function isOfAws({ endpoint }: KmsReference): boolean {
  if (endpoint === undefined || isLoopback(endpoint)) return true;
  return /\.(?:amazonaws\.com(?:\.cn)?|api\.aws)(?::443)?$/i.test(endpoint);
}
