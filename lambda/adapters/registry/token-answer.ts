import { parseOciError } from './oci-error.ts';

/** A usable token, and for how many seconds it is good. */
export interface TokenAnswer {
  readonly value: string;
  readonly life: number;
}

/** Token specification: "expires_in … defaults to 60 seconds", and no less. */
const LEAST_LIFE = 60;
const MOST_LIFE = 12 * 60 * 60;
/** Attack: a token that smuggles in header lines, or that no header field holds. */
const USABLE = /^[\x21-\x7e]{1,16000}$/;

/**
 * Reads the answer of a token server, whatever its media type (Docker Hub once said `text/plain`).
 * Attack: a life that is negative, for ever, or counted by the server's clock: it is ours, within bounds.
 */
export function parseToken(body: Uint8Array): TokenAnswer | undefined {
  const { access_token, token, expires_in } = parseJson(body);
  const value = [access_token, token].find((text) => typeof text === 'string' && text !== '');
  if (typeof value !== 'string' || !USABLE.test(value)) return undefined;
  const said = typeof expires_in === 'number' && expires_in > 0 ? expires_in : LEAST_LIFE;
  return { value, life: Math.min(MOST_LIFE, Math.max(LEAST_LIFE, said)) };
}

/** The code and the words of a refusal: OCI's, OAuth2's (RFC 6749, 5.2), or Docker Hub's. */
export function parseTokenRefusal(body: Uint8Array): { code: string; message: string } {
  const oci = parseOciError(body);
  if (oci !== undefined) return oci;
  const { error, error_description, details, message } = parseJson(body);
  const text = [error_description, details, message].find((each) => typeof each === 'string');
  return {
    code: typeof error === 'string' ? error : '',
    message: typeof text === 'string' ? text : '',
  };
}

function parseJson(body: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
