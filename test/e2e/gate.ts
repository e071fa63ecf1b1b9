import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server on loopback that can be shut: who comes then waits, with his request half served. */
export class Gate {
  /** Connections that came. */
  visits = 0;
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  #caught: (() => void) | undefined;
  #shut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Open at first. */
  static async before(port: number): Promise<Gate> {
    const server = createServer();
    const gate = new Gate(server);
    server.on('connection', (client) => gate.#pass(client, connect(port, '127.0.0.1')));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** @returns what resolves when somebody has come and waits. */
  shut(): Promise<void> {
    this.#shut = true;
    return new Promise((resolve) => {
      this.#caught = resolve;
    });
  }

  open(): void {
    this.#shut = false;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(client: Socket, server: Socket): void {
    this.visits++;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    server.pipe(client);
    client.on('data', (chunk) => {
      if (!this.#shut) server.write(chunk);
      else this.#hold(() => server.write(chunk));
    });
    client.on('end', () => server.end());
  }

  #hold(go: () => void): void {
    this.#waiting.add(go);
    this.#caught?.();
  }
}
