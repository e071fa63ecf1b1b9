import { isDisconnection, messageOf, TagwardenError } from '../../domain/errors.ts';

/**
 * `NO_CREDENTIALS`, `EXPIRED`, `DENIED`: for the user's administrator or single sign-on. `NO_REGION`:
 * nothing says where the key is. `UNAVAILABLE`: no answer, or not now. `FAILED`: anything else.
 */
export type KmsErrorCode =
  | 'NO_CREDENTIALS'
  | 'EXPIRED'
  | 'DENIED'
  | 'NO_REGION'
  | 'UNAVAILABLE'
  | 'FAILED';

/** KMS did not say what a key is; not for a key that it says is none of ours. */
export class KmsError extends TagwardenError<KmsErrorCode> {
  constructor(code: KmsErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause, temporary: code === 'UNAVAILABLE' });
  }
}

const BY_NAME: Readonly<Record<string, KmsErrorCode>> = {
  CredentialsProviderError: 'NO_CREDENTIALS',
  TokenProviderError: 'EXPIRED',
  ExpiredTokenException: 'EXPIRED',
  AccessDeniedException: 'DENIED',
  UnrecognizedClientException: 'DENIED',
  InvalidSignatureException: 'DENIED',
  TimeoutError: 'UNAVAILABLE',
  ThrottlingException: 'UNAVAILABLE',
  DependencyTimeoutException: 'UNAVAILABLE',
  KMSInternalException: 'UNAVAILABLE',
};

const ADVICE: Partial<Readonly<Record<KmsErrorCode, string>>> = {
  NO_CREDENTIALS: 'expected AWS credentials: AWS_PROFILE or AWS_ACCESS_KEY_ID',
  EXPIRED: 'expected valid AWS credentials: sign in again, then repeat this',
  DENIED: 'expected kms:GetPublicKey on this key',
  NO_REGION: 'expected the ARN of the key, AWS_REGION, or a profile with a region',
};

/** What is looked at of a thrown value, of whichever class. */
interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export function toKmsError(thrown: unknown, uri: string): KmsError {
  const code = codeOf(thrown ?? {});
  const advice = ADVICE[code];
  const said = messageOf(thrown).replaceAll(/\s+/g, ' ').trim().slice(0, 500);
  const message = `${uri}: ${said}${advice === undefined ? '' : `; ${advice}`}`;
  return new KmsError(code, message, thrown);
}

function codeOf({ name = '', message = '', code, $metadata }: Thrown): KmsErrorCode {
  if (/Region is missing/.test(message)) return 'NO_REGION';
  // Single sign-on reports its own expiry as one of many credentials that are not there.
  if (name === 'CredentialsProviderError' && /expired|SSO session/i.test(message)) return 'EXPIRED';
  const known = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (known !== undefined) return known;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 403) return 'DENIED';
  return status >= 500 || isDisconnection({ code, message }) ? 'UNAVAILABLE' : 'FAILED';
}
