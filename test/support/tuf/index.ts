import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TufRepositoryFiles } from './repository.ts';

export type { Publication } from './repository.ts';
export { newKeys } from './repository.ts';
export { RoleKey } from './signer.ts';

/** What comes instead of a file. */
export interface Odd {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent again and again; `undefined` answers nothing at all. */
  readonly body?: string | Uint8Array | undefined;
  readonly endless?: boolean;
}

/** A working TUF repository over HTTP on loopback, with real keys and signatures. */
export class TufDouble {
  readonly repository: TufRepositoryFiles;
  /** By path; what is odd about its answer. */
  readonly odd = new Map<string, Odd>();
  /** Paths, in the order they were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(server: Server, target: Uint8Array) {
    this.#server = server;
    this.repository = new TufRepositoryFiles(target);
  }

  static async start(target: Uint8Array): Promise<TufDouble> {
    const server = createServer();
    const double = new TufDouble(server, target);
    server.on('request', (request, response) => {
      const path = (request.url ?? '').replace(/^\/tuf\//, '');
      double.asked.push(path);
      const odd = double.odd.get(path);
      if (odd !== undefined && !('body' in odd)) return;
      const bytes = odd?.body ?? double.repository.files.get(path);
      response.writeHead(odd?.status ?? (bytes === undefined ? 404 : 200), odd?.headers);
      if (odd?.endless !== true) {
        response.end(bytes);
        return;
      }
      const more = () => {
        while (!response.destroyed && response.write(bytes));
      };
      response.on('drain', more);
      more();
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', () => resolve());
    await promise;
    return double;
  }

  get mirror(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tuf`;
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    return promise;
  }
}
