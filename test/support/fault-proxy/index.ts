import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What the proxy does to every connection from now on. The request goes to the real server where the
 * fault needs its answer; everything else happens on the way back.
 */
export type ConnectionFault =
  | { readonly kind: 'none' }
  /** Milliseconds before every piece of an answer. */
  | { readonly kind: 'delay'; readonly wait: number }
  /** One byte at a time, so many milliseconds apart: no idle timer ever fires. */
  | { readonly kind: 'drip'; readonly wait: number }
  /** Ends after so many bytes of the answer. */
  | { readonly kind: 'cut'; readonly after: number }
  /** RST, after so many bytes of the answer. */
  | { readonly kind: 'reset'; readonly after: number }
  /** Adds to every `Content-Length`; negative is less than what comes. */
  | { readonly kind: 'wrong length'; readonly by: number }
  /** Bytes that are no HTTP. */
  | { readonly kind: 'garbage' }
  /** Interim answers without end. */
  | { readonly kind: 'interim flood' }
  /** What a server says that speaks TLS, and refuses ours. */
  | { readonly kind: 'TLS alert' }
  /** Accepts, and looks at the connection only after so many milliseconds. */
  | { readonly kind: 'slow accept'; readonly wait: number };

const INTERIM = 'HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n'.repeat(50);
/** Alert, TLS 1.2, fatal, handshake_failure. */
const ALERT = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);

/** A proxy on loopback that spoils connections to one server. */
export class FaultProxy {
  fault: ConnectionFault = { kind: 'none' };
  /** Accepted so far. */
  connections = 0;
  readonly #upstream: string;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(upstream: string) {
    this.#upstream = upstream;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @param upstream `127.0.0.1:<port>` */
  static async start(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await new Promise<void>((listening) => proxy.#server.listen(0, '127.0.0.1', listening));
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** Connections that are open now are closed: from here on every one has the fault. */
  spoil(fault: ConnectionFault): void {
    this.fault = fault;
    this.#closeAll();
  }

  async close(): Promise<void> {
    this.#closeAll();
    await new Promise((closed) => this.#server.close(closed));
  }

  #closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #accept(client: Socket): void {
    this.connections += 1;
    this.#keep(client);
    const { fault } = this;
    switch (fault.kind) {
      case 'garbage':
        client.once('data', () => client.end(Buffer.alloc(4096, 0xa7)));
        return;
      case 'TLS alert':
        client.once('data', () => client.end(ALERT));
        return;
      case 'interim flood':
        client.once('data', () => flood(client));
        return;
      case 'slow accept':
        client.pause();
        later(fault.wait, () => this.#forward(client, fault));
        return;
      default:
        this.#forward(client, fault);
    }
  }

  #forward(client: Socket, fault: ConnectionFault): void {
    if (client.destroyed) return;
    const [host = '', port] = this.#upstream.split(':');
    const server = connect(Number(port), host);
    this.#keep(server);
    client.pipe(server);
    client.once('close', () => server.destroy());
    const send = sender(client, fault);
    server.on('data', send).once('close', () => send(undefined));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
  }
}

/** Writes what came from the server, and its end (undefined), in order. */
function sender(client: Socket, fault: ConnectionFault): (data: Buffer | undefined) => void {
  const state = { sent: 0 };
  let queue = Promise.resolve();
  return (data) => {
    queue = queue.then(async () => {
      if (data === undefined) client.end();
      else if (!client.destroyed) await write(client, fault, data, state);
    });
  };
}

async function write(
  client: Socket,
  fault: ConnectionFault,
  data: Buffer,
  state: { sent: number },
): Promise<void> {
  switch (fault.kind) {
    case 'drip':
      return drip(client, data, fault.wait);
    case 'wrong length':
      client.write(withLength(data, fault.by));
      return;
    case 'cut':
    case 'reset':
      client.write(data.subarray(0, Math.max(0, fault.after - state.sent)));
      state.sent += data.length;
      if (state.sent >= fault.after) end(client, fault.kind);
      return;
    default:
      if (fault.kind === 'delay') await pause(fault.wait);
      client.write(data);
  }
}

/** After what was written has left. */
function end(client: Socket, kind: 'cut' | 'reset'): void {
  if (kind === 'cut') client.destroySoon();
  else later(5, () => client.resetAndDestroy());
}

async function drip(client: Socket, data: Buffer, wait: number): Promise<void> {
  for (const byte of data) {
    if (client.destroyed) return;
    client.write(Buffer.of(byte));
    await pause(wait);
  }
}

/** As long as somebody reads, and no faster than that. */
function flood(client: Socket): void {
  const more = () => {
    while (!client.destroyed && client.write(INTERIM));
  };
  client.on('drain', more);
  more();
}

function withLength(data: Buffer, by: number): Buffer {
  const text = data.toString('latin1');
  const changed = text.replace(/content-length: (\d+)/i, (_all, length: string) => {
    return `content-length: ${Math.max(0, Number(length) + by)}`;
  });
  return Buffer.from(changed, 'latin1');
}

function later(wait: number, work: () => void): void {
  setTimeout(work, wait).unref();
}

function pause(wait: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, wait).unref());
}
