import type { Credential } from '../../application/ports.ts';
import { basicOf } from './credentials.ts';
import type { WireRequest } from './http.ts';
import type { Realm } from './realm.ts';

/** What a challenge asks a token for. */
export interface TokenRequest {
  readonly registry: string;
  readonly realm: Realm;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

/** Token specification, "Requesting a Token"; the realm may have a query of its own. */
export function tokenByGet(
  { realm, service, scopes, credential }: TokenRequest,
  userAgent: string,
): WireRequest {
  const query = new URLSearchParams();
  if (service !== undefined) query.append('service', service);
  for (const scope of scopes) query.append('scope', scope);
  const path = `${realm.path}${realm.path.includes('?') ? '&' : '?'}${query}`;
  const basic = basicFor(credential);
  const authorization = basic === undefined ? {} : { authorization: `Basic ${basic}` };
  return { method: 'GET', path, headers: { ...headersOf(userAgent), ...authorization } };
}

/** Token specification, "Requesting a Token with OAuth2": `grant_type=refresh_token`. */
export function tokenByPost(
  { realm, service, scopes }: TokenRequest,
  refreshToken: string,
  userAgent: string,
): WireRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'tagwarden' });
  if (service !== undefined) form.append('service', service);
  form.append('scope', scopes.join(' '));
  form.append('refresh_token', refreshToken);
  const headers = { ...headersOf(userAgent), 'content-type': FORM };
  return { method: 'POST', path: realm.path, headers, body: form.toString() };
}

/** Whether a refusal of the POST may only mean that tokens are to be had by GET. */
export function isNoPost(status: number, credential: Credential): boolean {
  // No OAuth2 endpoint at all: GCR 404, some of JFrog 405.
  if (status === 404 || status === 405) return true;
  // JFrog says 401 and ACR 400; a GET says more only where there is a name to log in with.
  const isNamed = credential.kind === 'identity' && credential.username !== undefined;
  return isNamed && (status === 400 || status === 401);
}

function headersOf(userAgent: string): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
  };
}

function basicFor(credential: Credential | undefined): string | undefined {
  if (credential?.kind === 'password') return basicOf(credential.username, credential.password);
  // ACR keeps the refresh token where a password would be.
  return credential?.kind === 'identity' && credential.username !== undefined
    ? basicOf(credential.username, credential.token)
    : undefined;
}
