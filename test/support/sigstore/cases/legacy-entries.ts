import { BROKEN, type Case, OTHER } from './case.ts';

const BODY = 'dev.sigstore.cosign/bundle';

/** What the annotations of a legacy layer say the log recorded. */
export const LEGACY_ENTRY_CASES: readonly Case[] = [
  {
    name: 'CVE-2022-23649: the entry of another image on a legacy signature',
    build: async (bench) => {
      const signer = await bench.someone();
      const layer = await bench.layer({ signer });
      const content = { critical: { image: { 'docker-manifest-digest': bench.otherDigest } } };
      const other = await bench.layer({ signer, content });
      layer.annotations[BODY] = other.annotations[BODY] ?? '';
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: BROKEN,
  },
  {
    name: 'CVE-2022-36056: a legacy signature with the certificate of someone else',
    build: async (bench) => {
      const layer = await bench.layer({ signer: await bench.someone('mallory@example.com') });
      const good = await bench.layer();
      const name = 'dev.sigstore.cosign/certificate';
      layer.annotations[name] = good.annotations[name] ?? '';
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: BROKEN,
  },
  {
    name: 'CVE-2022-36056: a legacy signature with the entry of another one of the same bytes',
    build: async (bench) => {
      const signer = await bench.someone();
      const layer = await bench.layer({ signer });
      const other = await bench.layer({ signer });
      const name = 'dev.cosignproject.cosign/signature';
      layer.annotations[name] = other.annotations[name] ?? '';
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: BROKEN,
  },
  {
    name: 'CVE-2022-36056: a legacy entry that is garbage',
    build: async (bench) => {
      const layer = await bench.layer();
      layer.annotations[BODY] = '{"garbage":true}';
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: OTHER,
  },
  {
    name: 'a legacy entry whose log id is not hexadecimal to the end',
    build: async (bench) => {
      const layer = await bench.layer();
      const bundle = JSON.parse(layer.annotations[BODY] ?? '');
      bundle.Payload.logID += 'zz';
      layer.annotations[BODY] = JSON.stringify(bundle);
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: OTHER,
    problem: 'malformed log id',
  },
  {
    name: 'a legacy signature in no log',
    build: async (bench) => bench.attachLayers([await bench.layer({ recorded: 'none' })]),
    cosign: 12,
    signature: BROKEN,
  },
];
