import { isDisconnection, messageOf, TagwardenError } from '../../domain/errors.ts';

/**
 * `NO_CREDENTIALS`, `EXPIRED`, `DENIED`: for the user's administrator or single sign-on. `NO_REGION`:
 * nothing says where the stack is. `NOT_FOUND`: the stack, or what it should have, is not there.
 * `REFUSED`: the request is wrong. `CONFLICT`: others changed it at the same time. `UNAVAILABLE`: no
 * answer, or not now. `FAILED`: anything else.
 */
export type StackErrorCode =
  | 'NO_CREDENTIALS'
  | 'EXPIRED'
  | 'DENIED'
  | 'NO_REGION'
  | 'NOT_FOUND'
  | 'REFUSED'
  | 'CONFLICT'
  | 'UNAVAILABLE'
  | 'FAILED';

/** The deployed stack could not do what was asked, or may not for this user. */
export class StackError extends TagwardenError<StackErrorCode> {
  constructor(code: StackErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause, temporary: code === 'UNAVAILABLE' || code === 'CONFLICT' });
  }
}

const BY_NAME: Readonly<Record<string, StackErrorCode>> = {
  CredentialsProviderError: 'NO_CREDENTIALS',
  TokenProviderError: 'EXPIRED',
  ExpiredToken: 'EXPIRED',
  ExpiredTokenException: 'EXPIRED',
  RequestExpired: 'EXPIRED',
  AccessDenied: 'DENIED',
  AccessDeniedException: 'DENIED',
  AuthorizationErrorException: 'DENIED',
  InvalidClientTokenId: 'DENIED',
  InvalidClientTokenIdException: 'DENIED',
  UnrecognizedClientException: 'DENIED',
  SignatureDoesNotMatch: 'DENIED',
  InvalidSignatureException: 'DENIED',
  KMSAccessDeniedException: 'DENIED',
  NotFoundException: 'NOT_FOUND',
  ResourceNotFoundException: 'NOT_FOUND',
  QueueDoesNotExist: 'NOT_FOUND',
  InvalidParameterException: 'REFUSED',
  InvalidParameterValueException: 'REFUSED',
  SubscriptionLimitExceededException: 'REFUSED',
  FilterPolicyLimitExceededException: 'REFUSED',
  TimeoutError: 'UNAVAILABLE',
  AbortError: 'UNAVAILABLE',
  ThrottlingException: 'UNAVAILABLE',
  Throttling: 'UNAVAILABLE',
  ThrottledException: 'UNAVAILABLE',
  TooManyRequestsException: 'UNAVAILABLE',
};

/** What the user can do about it, behind what was asked and what came back. */
const ADVICE: Partial<Readonly<Record<StackErrorCode, string>>> = {
  NO_CREDENTIALS: 'expected AWS credentials: --profile, AWS_PROFILE, or AWS_ACCESS_KEY_ID',
  EXPIRED: 'expected valid AWS credentials: sign in again (aws sso login), then repeat this',
  NO_REGION: 'expected --region, AWS_REGION, or a profile with a region',
};

/** What is looked at of a thrown value, of whichever class. */
interface Thrown {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Says what was asked, what came back, and what to do, sorted by who can do it. */
export function toStackError(thrown: unknown, asked: string): StackError {
  if (thrown instanceof StackError) return thrown;
  const code = codeOf(thrown ?? {});
  const advice = ADVICE[code];
  const message = `${asked}: ${messageOf(thrown).trim()}${advice === undefined ? '' : `; ${advice}`}`;
  return new StackError(code, message.replaceAll(/\s+/g, ' '), thrown);
}

function codeOf(thrown: Thrown): StackErrorCode {
  const { name = '', message = '', code, $metadata: { httpStatusCode = 0 } = {} } = thrown;
  if (/Region is missing|Region not accepted/.test(message)) return 'NO_REGION';
  // Single sign-on reports its own expiry as one of many credentials that are not there.
  if (name === 'CredentialsProviderError' && /expired|SSO session/i.test(message)) return 'EXPIRED';
  const known = BY_NAME[name];
  if (known !== undefined) return known;
  if (httpStatusCode === 403) return 'DENIED';
  if (isDisconnection({ code, message }) || httpStatusCode >= 500) return 'UNAVAILABLE';
  return 'FAILED';
}

/** Calls the service, and turns what it throws into a {@link StackError}. */
export async function asking<T>(asked: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw toStackError(thrown, asked);
  }
}
