import { readFileSync } from 'node:fs';
import { Bundle, TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import ask from 'undici/lib/api/api-request.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { digestOf } from '../lambda/domain/digest.ts';
import { parseReference } from '../lambda/domain/reference.ts';

export interface BareVerdict {
  /** @throws when it does not verify */
  reach(): Promise<void>;
  close(): Promise<void>;
}

/** What no keyless verdict can do without: its HTTP requests, and `@sigstore/verify` on the bundle. */
export function createBareVerdict(rootFile: string, image: string): BareVerdict {
  const { registry, repository, tag } = parseReference(image);
  const pool = new Pool(`http://${registry}`, { connections: 16 });
  const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(rootFile, 'utf8')));
  const verifier = new Verifier(toTrustMaterial(root));
  const get = (path: string) => read(pool, `/v2/${repository}/${path}`);
  return {
    async reach() {
      const digest = digestOf(await get(`manifests/${tag}`));
      const [referrer] = JSON.parse(String(await get(`referrers/${digest}`))).manifests;
      const manifest = JSON.parse(String(await get(`manifests/${referrer.digest}`)));
      const blob = await get(`blobs/${manifest.layers[0].digest}`);
      const bundle = Bundle.fromJSON(JSON.parse(String(blob)));
      verifier.verify(toSignedEntity(bundle as Parameters<typeof toSignedEntity>[0]));
    },
    close: () => pool.close(),
  };
}

async function read(pool: Pool, path: string): Promise<Buffer> {
  const { body } = await ask.call(pool, { method: 'GET', path, headers: { accept: '*/*' } });
  return Buffer.from(await body.arrayBuffer());
}
