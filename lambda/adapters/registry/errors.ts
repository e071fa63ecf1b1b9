import type { RegistryFailure } from '../../application/ports.ts';
import { TagwardenError } from '../../domain/errors.ts';
import type { InconclusiveReason } from '../../domain/observation.ts';
import { type Duration, HOUR, MINUTE, SECOND } from '../../domain/time.ts';
import { AddressForbidden } from './address.ts';
import { redact } from './redact.ts';

interface Meaning {
  readonly reason: InconclusiveReason;
  readonly temporary: boolean;
  /** What to do about it. */
  readonly advice: string;
}

const MEANINGS = {
  TIMEOUT: { reason: 'timeout', temporary: true, advice: 'try again later' },
  UNREACHABLE: {
    reason: 'unreachable',
    temporary: true,
    advice: 'check the name of the registry and the network, or try again later',
  },
  TLS: {
    reason: 'tls',
    temporary: false,
    advice: "check the registry's certificate, or name its authority (`ca`) under `registries`",
  },
  THROTTLED: { reason: 'throttled', temporary: true, advice: 'wait, or log in for a larger quota' },
  QUOTA: {
    reason: 'quota',
    temporary: true,
    advice: 'wait until it is renewed, or log in for a larger one',
  },
  SERVER_ERROR: { reason: 'server-error', temporary: true, advice: 'try again later' },
  BAD_TOKEN: {
    reason: 'bad-token',
    temporary: false,
    advice: 'check the credentials and the token server of the registry',
  },
  CREDENTIALS_UNKNOWN: {
    reason: 'bad-token',
    temporary: true,
    advice: 'check the credentials of registries; it was not asked without one',
  },
  REALM_FORBIDDEN: {
    reason: 'bad-token',
    temporary: false,
    advice: 'ask whoever runs the registry; nothing was sent there',
  },
  ADDRESS_FORBIDDEN: {
    reason: 'unreachable',
    temporary: false,
    advice:
      'if that registry is yours, name it under `registries` of the watch list with `allowPrivate: true`',
  },
  REDIRECT_FORBIDDEN: {
    reason: 'protocol',
    temporary: false,
    advice: 'ask whoever runs the registry; it was not followed',
  },
  DIGEST_MISMATCH: {
    reason: 'digest-mismatch',
    temporary: false,
    advice: 'do not trust what it delivered; a proxy in between, or the registry, is at fault',
  },
  TOO_LARGE: { reason: 'too-large', temporary: false, advice: 'it was not read' },
  NOT_OCI: {
    reason: 'not-oci',
    temporary: false,
    advice: 'check that the host is a registry, and that no proxy or login page answers for it',
  },
  NOT_ACCEPTED: {
    reason: 'protocol',
    temporary: false,
    advice: 'it is there, but in none of the formats that Tagwarden reads',
  },
  PROTOCOL: { reason: 'protocol', temporary: false, advice: 'check that the host is a registry' },
} as const satisfies Record<string, Meaning>;

export type RegistryErrorCode = keyof typeof MEANINGS;

/** Nothing could be found out; `reason` says why, the message what was asked, what came back and what to do. */
export class RegistryError extends TagwardenError<RegistryErrorCode> implements RegistryFailure {
  readonly reason: InconclusiveReason;
  /** What was asked of which registry and what came back, without what to do about it. */
  readonly happened: string;
  declare readonly retryAfter?: Duration;

  /** @param happened what was asked of which registry and what came back */
  constructor(
    code: RegistryErrorCode,
    happened: string,
    options: {
      cause?: unknown;
      retryAfter?: Duration | undefined;
      /** What to do in this very case. */
      advice?: string;
    } = {},
  ) {
    const { reason, temporary, advice } = MEANINGS[code];
    const { cause, retryAfter } = options;
    const known =
      retryAfter === undefined
        ? advice
        : `wait ${spoken(retryAfter)}, or log in for a larger quota`;
    super(code, `${happened}: ${options.advice ?? known}`, { cause, temporary });
    this.happened = happened;
    this.reason = reason;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

function spoken(wait: Duration): string {
  if (wait < 2 * MINUTE) return `${Math.ceil(wait / SECOND)} s`;
  return wait < 2 * HOUR ? `${Math.ceil(wait / MINUTE)} min` : `${Math.ceil(wait / HOUR)} h`;
}

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'UND_ERR_BODY_TIMEOUT']);
const TLS =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_)/;
const UNREACHABLE =
  /^(?:ECONN|ENOTFOUND|EAI_|EPIPE|EHOST|ENET|EADDR|EACCES|EPERM|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)/;

/** As {@link transportError}, for an address that somebody else named than the user. */
export function asNamedAddress(
  thrown: unknown,
  code: 'REALM_FORBIDDEN' | 'REDIRECT_FORBIDDEN',
  named: () => string,
): unknown {
  if (!(thrown instanceof AddressForbidden)) return thrown;
  const { advice } = MEANINGS.ADDRESS_FORBIDDEN;
  return new RegistryError(code, `${named()}, and ${thrown.message}`, { cause: thrown, advice });
}

/** Sorts what the transport threw by what it means. */
export function transportError(thrown: unknown, asked: string): RegistryError {
  if (thrown instanceof RegistryError) return thrown;
  const code = codeOf(thrown);
  // A certificate has names in it, which are the registry's words; and Node gives advice of its own.
  const said = redact(textOf(thrown, 'message')).split('; if the root CA', 1);
  const happened = `${asked}: ${said[0] || code}`;
  return new RegistryError(meaningOf(code), happened, { cause: thrown });
}

function meaningOf(code: string): RegistryErrorCode {
  if (code === 'ADDRESS_FORBIDDEN') return code;
  if (TIMEOUTS.has(code)) return 'TIMEOUT';
  if (TLS.test(code)) return 'TLS';
  return UNREACHABLE.test(code) ? 'UNREACHABLE' : 'PROTOCOL';
}

export function codeOf(thrown: unknown): string {
  return textOf(thrown, 'code');
}

function textOf(thrown: unknown, property: 'code' | 'message'): string {
  const value = (thrown as Partial<Record<string, unknown>> | null | undefined)?.[property];
  return typeof value === 'string' ? value : '';
}
