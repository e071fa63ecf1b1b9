import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from './exchange.ts';
import type { Transmission } from './faults.ts';

/** Writes an answer, as badly as asked. */
export async function send(
  response: ServerResponse,
  answer: Answer,
  isHead: boolean,
  how: Transmission = {},
): Promise<void> {
  if (how.hang) return;
  if (how.delay !== undefined) await wait(how.delay, undefined, { ref: false });
  if (how.raw !== undefined) {
    response.socket?.end(how.raw);
    return;
  }
  const body = Buffer.from(answer.body ?? '');
  response.writeHead(answer.status, headersOf(answer, body.length, how));
  if (isHead || answer.status === 204 || answer.status === 304) {
    response.end();
    return;
  }
  if (how.drip !== undefined) await drip(response, body, how.drip);
  else if (how.cut !== undefined) cut(response, body.subarray(0, how.cut));
  else response.end(body);
}

function headersOf(answer: Answer, length: number, how: Transmission): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    headers[name] = typeof value === 'string' ? [value] : [...value];
  }
  if (!how.chunked && answer.status !== 204) headers['content-length'] ??= [String(length)];
  return headers;
}

async function drip(response: ServerResponse, body: Buffer, pause: number): Promise<void> {
  for (const byte of body) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await wait(pause, undefined, { ref: false });
  }
  response.end();
}

function cut(response: ServerResponse, part: Buffer): void {
  response.write(part, () => response.socket?.destroy());
}
