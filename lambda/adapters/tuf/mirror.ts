import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { type Dispatcher, Pool } from 'undici';
import { messageOf } from '../../domain/errors.ts';
import { TufError } from './errors.ts';
import { type Deadlines, TARGET_BYTES, TOTAL_BYTES } from './limits.ts';

const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|localhost)$/;

/** @throws {TufError} for a mirror that is not reached by https; on loopback, http will do. */
export function mirrorOf(address: string): URL {
  const url = URL.parse(address);
  const safe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url === null || !safe || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new TufError('REFUSED', `${address} is no TUF mirror: expected an https address`);
  }
  return url;
}

/**
 * Downloads of one refresh: from this mirror only, never redirected, never decoded, bounded each
 * and together in bytes and time.
 */
export class Mirror implements Fetcher {
  readonly #base: URL;
  readonly #pool: Pool;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #deadlines: Deadlines;
  #left = TOTAL_BYTES;
  /** With a slash at its end, so that names are below it. */
  readonly address: string;
  /** Why the last download failed: the library wraps errors into texts. */
  failure: TufError | undefined;

  constructor(base: URL, folder: string, deadlines: Deadlines, signal: AbortSignal) {
    this.#base = base;
    this.address = base.href.replace(/\/?$/, '/');
    this.#folder = folder;
    this.#deadlines = deadlines;
    this.#signal = AbortSignal.any([signal, AbortSignal.timeout(deadlines.total)]);
    this.#pool = new Pool(base.origin, { connections: 1 });
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    this.failure = undefined;
    try {
      return await this.#get(url, Math.min(maxLength, TARGET_BYTES));
    } catch (thrown) {
      // A status is how the library learns that there is no newer root.
      if (thrown instanceof DownloadHTTPError) {
        this.failure = new TufError('UNREACHABLE', `${url} answered ${thrown.statusCode}`);
        throw thrown;
      }
      this.failure =
        thrown instanceof TufError
          ? thrown
          : new TufError('UNREACHABLE', `${url}: ${reasonOf(thrown)}`, thrown);
      throw this.failure;
    }
  }

  async downloadFile<T>(
    url: string,
    maxLength: number,
    handler: (file: string) => Promise<T>,
  ): Promise<T> {
    const file = join(this.#folder, 'download');
    await writeFile(file, await this.downloadBytes(url, maxLength));
    try {
      return await handler(file);
    } finally {
      await rm(file, { force: true });
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #get(address: string, limit: number): Promise<Buffer> {
    const url = new URL(address);
    // Attack: a name in the metadata that leads to another place.
    if (url.origin !== this.#base.origin || !url.pathname.startsWith(this.#base.pathname)) {
      throw new TufError('REFUSED', `${address} is not below ${this.#base}`);
    }
    const { statusCode, headers, body } = await this.#pool.request({
      method: 'GET',
      path: url.pathname,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'tagwarden' },
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(this.#deadlines.answer)]),
    });
    // Attack: a redirect to a private address. None is followed: it is no 200.
    if (statusCode !== 200) {
      await body.dump({ limit: 16 * 1024 });
      throw new DownloadHTTPError(`${address} answered ${statusCode}`, statusCode);
    }
    return this.#read(body, Number(headers['content-length'] ?? 0), address, limit);
  }

  async #read(
    body: Dispatcher.ResponseData['body'],
    announced: number,
    address: string,
    limit: number,
  ): Promise<Buffer> {
    const tooLarge = () =>
      new TufError('TOO_LARGE', `${address}: more than the ${limit} bytes that are read`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      if (announced > limit) throw tooLarge();
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        this.#left -= chunk.length;
        if (size > limit || this.#left < 0) throw tooLarge();
        chunks.push(chunk);
      }
    } finally {
      body.on('error', () => {});
      body.destroy();
    }
    return Buffer.concat(chunks, size);
  }
}

/** Of a connection that failed to several addresses the message is empty, and the code says it. */
function reasonOf(thrown: unknown): string {
  return messageOf(thrown) || String((thrown as NodeJS.ErrnoException).code ?? thrown);
}
