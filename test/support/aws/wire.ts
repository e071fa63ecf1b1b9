import type { IncomingMessage } from 'node:http';

/** A request to any AWS service, as far as the doubles look at it. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  /** `X-Amz-Target` of the JSON protocols: `secretsmanager.GetSecretValue`. */
  readonly target: string;
  /** Of the Query protocol: its `Action` and parameters. */
  readonly form: URLSearchParams;
  readonly body: string;
  /** The access key that signed it; empty when nobody did. */
  readonly accessKey: string;
}

export interface AwsReply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Undefined for a request that is not this service's. */
export type AwsService = (
  request: AwsRequest,
) => Promise<AwsReply | undefined> | AwsReply | undefined;

/** What a service refuses with. */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export async function readRequest(request: IncomingMessage): Promise<AwsRequest> {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const { authorization = '', 'x-amz-target': target, 'content-type': type = '' } = request.headers;
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    target: String(target ?? ''),
    form: new URLSearchParams(/form-urlencoded/.test(type) ? body : ''),
    body,
    accessKey: /Credential=([^/]+)\//.exec(authorization)?.[1] ?? '',
  };
}

export function json(value: unknown, status = 200): AwsReply {
  return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify(value) };
}

/** `<ActionResponse><ActionResult>…`, the answer of the Query protocol. */
export function xml(action: string, result: string): AwsReply {
  const body = `<${action}Response><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, type: 'text/xml', body };
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** In the form of the protocol that the request speaks. */
export function faultReply(request: AwsRequest, { code, message, status }: AwsFault): AwsReply {
  if (request.form.has('Action')) {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>0</RequestId></ErrorResponse>`;
    return { status, type: 'text/xml', body };
  }
  return {
    ...json({ __type: code, message, Message: message }, status),
    headers: { 'x-amzn-errortype': code },
  };
}
