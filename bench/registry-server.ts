/**
 * A registry for load, in a process of its own: every tag of every repository exists, and answers a
 * HEAD with the digest that its name gives. Prints its port; ends when its standard input is closed.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const digests = new Map<string, string>();
let requests = 0;

const server = createServer((request, response) => {
  if (request.url === '/requests') {
    response.end(String(requests));
    return;
  }
  requests += 1;
  response.writeHead(200, {
    'content-type': 'application/vnd.oci.image.index.v1+json',
    'content-length': 1234,
    'docker-content-digest': digestOf(request.url ?? ''),
  });
  response.end();
});

function digestOf(url: string): string {
  const known = digests.get(url);
  if (known !== undefined) return known;
  const digest = `sha256:${createHash('sha256').update(url).digest('hex')}`;
  digests.set(url, digest);
  return digest;
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once('end', () => process.exit());
