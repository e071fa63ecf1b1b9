import { RegistryError } from './errors.ts';
import type { WireBody, WireResponse } from './http.ts';

/**
 * All bytes of a body. Attacks: a body that announces, or goes on to, more than we hold in memory;
 * a compressed one that would grow when decoded (we ask for `identity`, and digests are over the
 * bytes as they are).
 *
 * @param limit in bytes
 * @throws {RegistryError} TOO_LARGE, PROTOCOL
 */
export async function readBody(
  { body, headers }: WireResponse,
  limit: number,
  asked: string,
): Promise<Uint8Array> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    abandon(body);
    const came = `a body encoded as ${JSON.stringify(String(encoding).slice(0, 40))}`;
    throw new RegistryError('PROTOCOL', `${asked}: ${came} came though none was accepted`);
  }
  if (Number(headers['content-length'] ?? 0) > limit) {
    abandon(body);
    throw tooLarge(asked, limit);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(asked, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Frees the connection: what is left is read if it is short, cut off if it is not. */
export async function discard(body: WireBody): Promise<void> {
  await body.dump({ limit: 16 * 1024 });
}

/** Closes the connection: nothing more of this is wanted. */
function abandon(body: WireBody): void {
  body.on('error', () => {});
  body.destroy();
}

function tooLarge(asked: string, limit: number): RegistryError {
  return new RegistryError('TOO_LARGE', `${asked}: more than ${limit} bytes came`);
}
