import { simpleSigning } from '../legacy.ts';
import type { BoundedInput } from './input.ts';
import { times } from './times.ts';

const KIB = 1024;
const common = { requests: 3, bytes: 512 * KIB };

/** A good signature over that payload, at the `.sig` tag. */
function signing(payload: (digest: string) => Buffer): BoundedInput['build'] {
  return async ({ bench }) => {
    await bench.attachLayers([await bench.layer({ content: payload(bench.digest) })]);
  };
}

function annotated(digest: string, annotation: string): Buffer {
  const payload = JSON.stringify(simpleSigning('registry.example/acme/app', digest, { a: 'A' }));
  return Buffer.from(payload.replace('"A"', annotation));
}

export const LAYERS: readonly BoundedInput[] = [
  {
    ...common,
    name: '1,001 layers at .sig',
    verdict: 'rejected other-signer',
    detail: /1001 layers, at most 1000/,
    requests: 2,
    build: async ({ bench }) => {
      const good = await bench.layer();
      const others = Array.from({ length: 1_000 }, (_, n) => {
        const annotations = { 'dev.cosignproject.cosign/signature': 'AAAA' };
        return { ...good, blob: Buffer.from(`payload ${n}`), annotations };
      });
      await bench.attachLayers([good, ...others]);
    },
  },
  {
    ...common,
    name: 'a manifest of 100,000 values at .sig',
    verdict: 'rejected other-signer',
    detail: /manifest has too many values/,
    requests: 2,
    build: async ({ bench, repository }) => {
      await bench.attachLayers([await bench.layer()]);
      const tag = `${bench.digest.replace(':', '-')}.sig`;
      const { bytes = '', mediaType = '' } = repository.manifest(tag) ?? {};
      const manifest = { ...JSON.parse(Buffer.from(bytes).toString()), x: times(100_000, 0) };
      repository.putManifest(Buffer.from(JSON.stringify(manifest)), mediaType, tag);
    },
  },
  {
    ...common,
    name: 'a payload of 4 MiB at .sig',
    verdict: 'rejected other-signer',
    detail: /bytes, at most 131072 are read/,
    requests: 2,
    build: signing((digest) => annotated(digest, JSON.stringify(times(2_000 * KIB, 0)))),
  },
];
