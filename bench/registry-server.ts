/**
 * A registry for load, in a process of its own: every tag of every repository is there, each with an
 * image of its own. Prints its port; ends when its standard input is closed.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Manifest {
  readonly bytes: Buffer;
  readonly digest: string;
}

const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const manifests = new Map<string, Manifest>();
let requests = 0;

const server = createServer(({ url = '', method }, response) => {
  if (url === '/requests') {
    response.end(String(requests));
    return;
  }
  requests += 1;
  const { bytes, digest } = manifestAt(url);
  response.writeHead(200, {
    'content-type': MEDIA_TYPE,
    'content-length': bytes.length,
    'docker-content-digest': digest,
  });
  response.end(method === 'HEAD' ? undefined : bytes);
});

function manifestAt(url: string): Manifest {
  const known = manifests.get(url);
  if (known !== undefined) return known;
  const part = (mediaType: string) => ({
    mediaType,
    digest: sha256(`${mediaType} ${url}`),
    size: 7,
  });
  const config = part('application/vnd.oci.image.config.v1+json');
  const layers = [part('application/vnd.oci.image.layer.v1.tar+gzip')];
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE, config, layers }),
  );
  const manifest = { bytes, digest: sha256(bytes) };
  manifests.set(url, manifest);
  return manifest;
}

function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once('end', () => process.exit());
