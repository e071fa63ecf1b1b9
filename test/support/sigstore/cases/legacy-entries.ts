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
    name: 'a legacy signature that is not spelled as its entry records it',
    build: async (bench) => {
      const layer = await bench.layer();
      const name = 'dev.cosignproject.cosign/signature';
      const signature = layer.annotations[name] ?? '';
      layer.annotations[name] = `${signature.slice(0, 8)}\n${signature.slice(8)}`;
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: BROKEN,
    problem: 'not spelled as in the log entry',
  },
  {
    name: 'a legacy entry whose time is no whole number to typed readers',
    build: async (bench) => {
      const layer = await bench.layer();
      layer.annotations[BODY] = (layer.annotations[BODY] ?? '').replace(
        /("integratedTime":\d+)/,
        '$1.0',
      );
      await bench.attachLayers([layer]);
    },
    cosign: 12,
    signature: OTHER,
    problem: 'no integer',
  },
  {
    name: 'a legacy entry with a member in another case beside it',
    build: async (bench) => {
      const layer = await bench.layer();
      const bundle = JSON.parse(layer.annotations[BODY] ?? '');
      bundle.payload = { ...bundle.Payload };
      layer.annotations[BODY] = JSON.stringify(bundle);
      await bench.attachLayers([layer]);
    },
    cosign: 0,
    ours: 12,
    why: 'of two members that are one to Go it takes the last; others take the first',
    signature: OTHER,
    problem: 'another type or spelling',
  },
  ...(['certificate', 'chain'] as const).map(
    (name): Case => ({
      name: `a legacy signature with something else after what is needed of its ${name}`,
      build: async (bench) => {
        const layer = await bench.layer();
        const pem = layer.annotations['dev.sigstore.cosign/certificate'] ?? '';
        const junk = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
        layer.annotations[`dev.sigstore.cosign/${name}`] = pem + junk;
        await bench.attachLayers([layer]);
      },
      cosign: 12,
      signature: OTHER,
    }),
  ),
  {
    name: 'a legacy signature in no log',
    build: async (bench) => bench.attachLayers([await bench.layer({ recorded: 'none' })]),
    cosign: 12,
    signature: BROKEN,
  },
];
