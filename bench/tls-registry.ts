/**
 * A registry for load over TLS, in a process of its own: bearer tokens, and a digest for every tag.
 * It answers from what it has ready, straight from the socket, so that the client is what is measured.
 * Prints where it is; ends when its standard input is closed.
 *
 * Arguments: milliseconds that every answer takes.
 */
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { selfSigned } from '../test/support/registry/certificate.ts';

export interface TlsRegistry {
  readonly port: number;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
}

export interface Counts {
  readonly requests: number;
  readonly connections: number;
}

const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const TOKEN = createHash('sha256').update('token').digest('hex').repeat(10);
/** Whatever the case of the field's name. */
const AUTHORIZED = `: Bearer ${TOKEN}\r\n`;
const latency = Number(process.argv[2] ?? 0);
const { key, cert } = selfSigned();
const digests = new Map<string, string>();
let [requests, connections] = [0, 0];

const server = createServer({ key, cert }, (socket) => {
  connections += 1;
  socket.setNoDelay(true);
  socket.on('error', () => {});
  let pending = '';
  socket.on('data', (data) => {
    const parts = (pending + data.toString('latin1')).split('\r\n\r\n');
    pending = parts.pop() ?? '';
    for (const head of parts) serve(socket, `${head}\r\n`);
  });
});

function serve(socket: TLSSocket, head: string): void {
  const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'));
  if (path === '/counts') {
    socket.write(answer('200 OK', JSON.stringify({ requests, connections } satisfies Counts)));
    return;
  }
  requests += 1;
  const said = answerTo(path, head);
  if (latency === 0) socket.write(said);
  else setTimeout(() => socket.write(said), latency);
}

function answerTo(path: string, head: string): string {
  if (path.startsWith('/token')) {
    return answer('200 OK', JSON.stringify({ token: TOKEN, expires_in: 3600 }));
  }
  if (!head.includes(AUTHORIZED)) return unauthorized();
  const known = digests.get(path) ?? found(path);
  digests.set(path, known);
  return known;
}

function found(path: string): string {
  const digest = `sha256:${createHash('sha256').update(path).digest('hex')}`;
  return `HTTP/1.1 200 OK\r\ncontent-type: ${MEDIA_TYPE}\r\ncontent-length: 1609\r\ndocker-content-digest: ${digest}\r\ndocker-distribution-api-version: registry/2.0\r\netag: "${digest}"\r\ndate: Thu, 19 Mar 2026 03:00:00 GMT\r\nratelimit-limit: 100;w=21600\r\nratelimit-remaining: 76;w=21600\r\n\r\n`;
}

function unauthorized(): string {
  const { port } = server.address() as AddressInfo;
  const realm = `https://127.0.0.1:${port}/token`;
  return answer(
    '401 Unauthorized',
    '',
    `www-authenticate: Bearer realm="${realm}",service="s"\r\n`,
  );
}

function answer(status: string, body: string, headers = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const told: TlsRegistry = { port, ca: cert, token: TOKEN };
  process.stdout.write(`${JSON.stringify(told)}\n`);
});
process.stdin.resume().once('end', () => process.exit());
