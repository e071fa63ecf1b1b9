import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { asciiJson } from '../../domain/alert/escape.ts';

/** What is wrong with a question; `detail` says what was found and what was expected. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    kind: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.kind = kind;
    this.headers = headers;
  }
}

export function badInput(detail: string): ApiProblem {
  return new ApiProblem(400, 'bad-input', detail);
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'Internal error',
  503: 'Unavailable',
};

/** RFC 9457. */
export function problemAnswer(problem: ApiProblem): APIGatewayProxyStructuredResultV2 {
  const { status, kind, message, headers } = problem;
  const type = `urn:tagwarden:problem:${kind}`;
  const title = TITLES[status] ?? kind;
  return {
    statusCode: status,
    headers: { ...ALWAYS, ...headers, 'content-type': 'application/problem+json' },
    body: asciiJson({ type, title, status, detail: message }),
  };
}

/** Answers are about now, and nothing that a browser should guess at. */
export const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;
