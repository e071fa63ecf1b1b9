/** The floor of a keyless verdict: its HTTP requests, bare, and `@sigstore/verify` on the bundle. */
import { readFileSync } from 'node:fs';
import { Bundle, TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { Pool } from 'undici';
import { digestOf } from '../lambda/domain/digest.ts';
import { parseReference } from '../lambda/domain/reference.ts';
import { onDemand } from './child.ts';
import { timeOf } from './image.ts';

const [rootFile = '', image = ''] = process.argv.slice(2);
const { registry, repository, tag } = parseReference(image);
const pool = new Pool(`http://${registry}`, { connections: 16 });
const json = JSON.parse(readFileSync(rootFile, 'utf8'));
const material = toTrustMaterial(TrustedRoot.fromJSON(json));
const verifier = new Verifier(material);

await onDemand(() =>
  timeOf(async () => {
    const digest = digestOf(await get(`manifests/${tag}`));
    const [referrer] = JSON.parse(String(await get(`referrers/${digest}`))).manifests;
    const manifest = JSON.parse(String(await get(`manifests/${referrer.digest}`)));
    const blob = await get(`blobs/${manifest.layers[0].digest}`);
    const bundle = Bundle.fromJSON(JSON.parse(String(blob)));
    verifier.verify(toSignedEntity(bundle as Parameters<typeof toSignedEntity>[0]));
    return 0;
  }),
);
await pool.close();

async function get(path: string): Promise<Buffer> {
  const { body } = await pool.request({
    method: 'GET',
    path: `/v2/${repository}/${path}`,
    headers: { accept: '*/*' },
  });
  return Buffer.from(await body.arrayBuffer());
}
