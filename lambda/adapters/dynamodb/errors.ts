import { isDisconnection, messageOf, TagwardenError } from '../../domain/errors.ts';

/**
 * `UNAVAILABLE`: no answer. `THROTTLED`: too much at once. `FULL`: no room on the disk. `DENIED`:
 * credentials or permissions. `UNSAFE`: the folder of the embedded store cannot be used, or belongs to
 * others. `NO_TABLE`: nothing there yet. `IN_USE`: another process has it open and cannot be talked
 * to. `TOO_LARGE`: an item over 400 KB. `UNKNOWN_VERSION`: written by a newer program. `CORRUPT`: not
 * what this program wrote. `ROLLBACK`: a trust root older than the stored one. `FAILED`: anything else.
 */
export type StoreErrorCode =
  | 'UNAVAILABLE'
  | 'THROTTLED'
  | 'FULL'
  | 'DENIED'
  | 'UNSAFE'
  | 'NO_TABLE'
  | 'IN_USE'
  | 'TOO_LARGE'
  | 'UNKNOWN_VERSION'
  | 'CORRUPT'
  | 'ROLLBACK'
  | 'FAILED';

const TEMPORARY: readonly StoreErrorCode[] = ['UNAVAILABLE', 'THROTTLED', 'FULL', 'IN_USE'];

/** The store could not do what was asked; nothing was lost, and what was not acknowledged may be repeated. */
export class StoreError extends TagwardenError<StoreErrorCode> {
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause, temporary: TEMPORARY.includes(code) });
  }
}

const BY_NAME: Readonly<Record<string, StoreErrorCode>> = {
  ProvisionedThroughputExceededException: 'THROTTLED',
  ThrottlingException: 'THROTTLED',
  RequestLimitExceeded: 'THROTTLED',
  LimitExceededException: 'THROTTLED',
  InternalServerError: 'UNAVAILABLE',
  ServiceUnavailable: 'UNAVAILABLE',
  TimeoutError: 'UNAVAILABLE',
  AbortError: 'UNAVAILABLE',
  DiskFull: 'FULL',
  ItemCollectionSizeLimitExceededException: 'TOO_LARGE',
  ResourceNotFoundException: 'NO_TABLE',
  AccessDeniedException: 'DENIED',
  UnrecognizedClientException: 'DENIED',
  ExpiredTokenException: 'DENIED',
  InvalidSignatureException: 'DENIED',
  CredentialsProviderError: 'DENIED',
};

/** What is looked at of a thrown value, of whichever class. */
interface Thrown {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Says what was asked, and sorts what came back by what can be done about it. */
export function toStoreError(thrown: unknown, asked: string): StoreError {
  if (thrown instanceof StoreError) return thrown;
  return new StoreError(codeOf(thrown ?? {}), `${asked}: ${messageOf(thrown)}`, thrown);
}

function codeOf(thrown: Thrown): StoreErrorCode {
  const { name = '', message = '', $metadata: { httpStatusCode = 0 } = {} } = thrown;
  const known = BY_NAME[name];
  if (known !== undefined) return known;
  if (name === 'ValidationException' && /size.*exceeded/i.test(message)) return 'TOO_LARGE';
  return isDisconnection(thrown) || httpStatusCode >= 500 ? 'UNAVAILABLE' : 'FAILED';
}
