import type { IncomingHttpHeaders } from 'node:http';

/** One request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** Number of the connection that it came on, from 1. */
  readonly connection: number;
}

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What the registry says; how it travels is the business of {@link Fault}s and of `send`. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body?: Uint8Array | string;
}

/** The error body of distribution-spec, "Error Codes". */
export function ociError(
  status: number,
  code: string,
  message = '',
  headers: Headers = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ errors: [{ code, message }] }),
  };
}

export function json(status: number, value: unknown, headers: Headers = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

export function empty(status: number, headers: Headers = {}): Answer {
  return { status, headers };
}
