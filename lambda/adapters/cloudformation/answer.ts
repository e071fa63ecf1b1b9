import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

/** What CloudFormation waits for ("Custom resource response objects" of its user guide). */
export interface CustomResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

const ATTEMPTS = 5;
const PAUSE = 1_000;
const TIMEOUT = 10_000;

/**
 * Puts an answer where CloudFormation fetches it: a signed URL of S3, which is never shown. Without an
 * answer the deployment would hang until its own time-out.
 *
 * @throws when it was not taken again and again
 */
export async function answerCloudFormation(
  responseUrl: string,
  answer: CustomResourceAnswer,
  sleep: (milliseconds: number) => Promise<unknown> = (milliseconds) => pause(milliseconds),
): Promise<void> {
  const body = JSON.stringify(answer);
  for (let attempt = 1; ; attempt++) {
    try {
      const status = await put(new URL(responseUrl), body);
      if (status >= 200 && status < 300) return;
      throw new Error(`CloudFormation's bucket answered ${status}`);
    } catch (thrown) {
      if (attempt === ATTEMPTS) throw thrown;
      await sleep(PAUSE * 2 ** (attempt - 1));
    }
  }
}

function put(url: URL, body: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const send = url.protocol === 'http:' ? overHttp : overHttps;
  // An empty content type: it is part of what the URL was signed for.
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const request = send(url, { method: 'PUT', headers, timeout: TIMEOUT }, (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode ?? 0));
    response.on('error', reject);
  });
  request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT} ms`)));
  request.on('error', reject);
  request.end(body);
  return promise;
}
