import type { Bench } from '../bench.ts';
import type { LegacyLayer } from '../legacy.ts';
import { simpleSigning } from '../legacy.ts';
import { BROKEN, type Case, KEY, OTHER, UNSIGNED, VERIFIED } from './case.ts';

const SIGNATURE = 'dev.cosignproject.cosign/signature';

function signed(bench: Bench, content?: object): Promise<LegacyLayer> {
  return bench.layer({ signer: bench.key, recorded: 'none', ...(content && { content }) });
}

/** A good layer whose signature annotation is changed. */
async function respelled(
  bench: Bench,
  change: (signature: string) => string,
): Promise<LegacyLayer> {
  const layer = await signed(bench);
  layer.annotations[SIGNATURE] = change(layer.annotations[SIGNATURE] ?? '');
  return layer;
}

function payload({ digest }: Bench, changes: object = {}): object {
  return { ...simpleSigning('registry.example/acme/app', digest), ...changes };
}

/** Layers of the `.sig` tag, by the wanted key. */
export const LEGACY_CASES: readonly Case[] = [
  {
    name: 'a legacy signature',
    terms: KEY,
    build: async (bench) => bench.attachLayers([await signed(bench)]),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G8: the signatures of another image, copied',
    terms: KEY,
    build: async (bench) => {
      const { critical } = simpleSigning('registry.example/acme/app', bench.otherDigest) as {
        critical: object;
      };
      await bench.attachLayers([await signed(bench, payload(bench, { critical }))]);
    },
    cosign: 12,
    signature: BROKEN,
    problem: 'it is about sha256:',
  },
  {
    name: 'a payload without a digest',
    terms: KEY,
    build: async (bench) => bench.attachLayers([await signed(bench, { critical: {} })]),
    cosign: 12,
    signature: BROKEN,
    problem: 'it is about no digest',
  },
  {
    name: 'a payload that is not JSON',
    terms: KEY,
    build: async (bench) => bench.attachLayers([await signed(bench, Buffer.from('<html>'))]),
    cosign: 12,
    signature: BROKEN,
  },
  {
    name: 'keys in other case, as Go reads them',
    terms: KEY,
    build: async (bench) => {
      const image = { 'Docker-Manifest-Digest': bench.digest };
      await bench.attachLayers([await signed(bench, { Critical: { IMAGE: image } })]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a key twice: the last one counts',
    terms: KEY,
    build: async (bench) => {
      const twice = `{"critical":{"image":{"docker-manifest-digest":"x","docker-manifest-digest":"${bench.digest}"}}}`;
      await bench.attachLayers([await signed(bench, Buffer.from(twice))]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a key twice: the last one is about another image',
    terms: KEY,
    build: async (bench) => {
      const twice = `{"critical":{"image":{"docker-manifest-digest":"${bench.digest}","docker-manifest-digest":"x"}}}`;
      await bench.attachLayers([await signed(bench, Buffer.from(twice))]);
    },
    cosign: 12,
    signature: BROKEN,
  },
  {
    name: 'another type of payload, which cosign does not look at',
    terms: KEY,
    build: async (bench) => {
      const critical = {
        image: { 'docker-manifest-digest': bench.digest },
        type: 'something else',
      };
      await bench.attachLayers([await signed(bench, { critical })]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'any media type of the layer',
    terms: KEY,
    build: async (bench) => {
      await bench.attachLayers([{ ...(await signed(bench)), mediaType: 'application/json' }]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'wanted annotations that are there',
    terms: { ...KEY, annotations: { team: 'app' } },
    build: async (bench) => {
      const optional = { team: 'app', other: 'x' };
      await bench.attachLayers([await signed(bench, payload(bench, { optional }))]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'wanted annotations that are not there',
    terms: { ...KEY, annotations: { team: 'app' } },
    build: async (bench) => bench.attachLayers([await signed(bench)]),
    cosign: 12,
    signature: BROKEN,
    problem: 'annotation team is missing',
  },
  {
    name: 'no signature annotation',
    terms: KEY,
    build: async (bench) => bench.attachLayers([await respelled(bench, () => '')]),
    cosign: 12,
    signature: OTHER,
    problem: 'no signature annotation',
  },
  ...(
    [
      ['a line break in base64', (text: string) => `${text.slice(0, 8)}\n${text.slice(8)}`, 0],
      ['unpadded base64', (text: string) => `${text.replace(/=+$/, '')}`, 12],
      ['junk after base64', (text: string) => `${text}!!!`, 12],
      ['bytes after the signature', withTrailingBytes, 12],
    ] as const
  ).map(
    ([name, change, cosign]): Case => ({
      name,
      terms: KEY,
      build: async (bench) => {
        // Padding is there for one length in three: sign until it is.
        let layer = await respelled(bench, (text) => text);
        while (!layer.annotations[SIGNATURE]?.endsWith('='))
          layer = await respelled(bench, (text) => text);
        layer.annotations[SIGNATURE] = change(layer.annotations[SIGNATURE] ?? '');
        await bench.attachLayers([layer]);
      },
      cosign,
      signature: cosign === 0 ? VERIFIED : OTHER,
    }),
  ),
  {
    name: 'a bad and a good signature on one layer digest',
    terms: KEY,
    build: async (bench) => {
      const good = await signed(bench);
      const bad = await bench.layer({ signer: bench.otherKey, recorded: 'none' });
      await bench.attachLayers([bad, good]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'the signature of someone else only',
    terms: KEY,
    build: async (bench) => {
      await bench.attachLayers([await bench.layer({ signer: bench.otherKey, recorded: 'none' })]);
    },
    cosign: 12,
    signature: OTHER,
    problem: 'wanted key sha256:',
  },
  {
    name: 'no layers',
    terms: KEY,
    build: async (bench) => bench.attachLayers([]),
    cosign: 10,
    signature: UNSIGNED,
  },
  {
    name: '1000 layers with a good one last',
    terms: KEY,
    build: async (bench) => {
      const other = await bench.layer({ signer: bench.otherKey, recorded: 'none' });
      const others = Array.from({ length: 999 }, () => other);
      await bench.attachLayers([...others, await signed(bench)]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G10, CVE-2023-46737: 1001 layers with a good one first',
    terms: KEY,
    build: async (bench) => {
      const layer = await signed(bench);
      await bench.attachLayers(Array.from({ length: 1_001 }, () => layer));
    },
    cosign: 1,
    signature: OTHER,
    problem: 'it has 1001 layers',
  },
];

/** Another encoding of the same signature would be another signature to a log. */
function withTrailingBytes(text: string): string {
  return Buffer.concat([Buffer.from(text, 'base64'), Buffer.from([0])]).toString('base64');
}

/** Both formats, and what hides what. */
export const MIXED_CASES: readonly Case[] = [
  {
    name: 'nothing',
    terms: KEY,
    build: async () => {},
    cosign: 10,
    signature: UNSIGNED,
  },
  {
    name: 'a good legacy signature behind a bundle by someone else',
    terms: KEY,
    build: async (bench) => {
      await bench.attachLayers([await signed(bench)]);
      await bench.attach(await bench.bundle({ signer: bench.otherKey, recorded: 'none' }));
    },
    cosign: 1,
    signature: VERIFIED,
  },
  {
    name: 'a good legacy signature and a bundle that nobody can read',
    terms: KEY,
    build: async (bench) => {
      await bench.attachLayers([await signed(bench)]);
      await bench.attach(Buffer.from('{"surprise":1}'));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a good legacy signature and other referrers',
    terms: KEY,
    build: async (bench) => {
      await bench.attachLayers([await signed(bench)]);
      await bench.attach(Buffer.from('spdx'), {}, 'application/spdx+json');
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a good bundle and a legacy signature by someone else',
    terms: KEY,
    build: async (bench) => {
      await bench.attachLayers([await bench.layer({ signer: bench.otherKey, recorded: 'none' })]);
      await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none' }));
    },
    cosign: 0,
    signature: VERIFIED,
  },
];
