import { gzipSync } from 'node:zlib';
import { type Bench, BUNDLE_LAYER } from '../bench.ts';
import type { BundleJson } from '../bundle.ts';
import { type Case, KEY, UNSIGNED, VERIFIED } from './case.ts';

/** A bundle by the wanted key, recorded nowhere. */
function signed(bench: Bench): Promise<BundleJson> {
  return bench.bundle({ signer: bench.key, recorded: 'none' });
}

function text(json: object): string {
  return JSON.stringify(json);
}

/** In which form a bundle comes: what cosign cannot read is invisible to it. */
export const FORM_CASES: readonly Case[] = [
  {
    name: 'G9: an unknown field in the bundle',
    terms: KEY,
    build: async (bench) => bench.attach({ ...(await signed(bench)), surprise: 1 }),
    cosign: 10,
    signature: UNSIGNED,
    problem: 'unknown field "surprise"',
  },
  {
    name: 'G9: a field in the bundle twice',
    terms: KEY,
    build: async (bench) => {
      const bundle = text(await signed(bench));
      await bench.attach(Buffer.from(bundle.replace('{', '{"mediaType":"x",')));
    },
    cosign: 10,
    signature: UNSIGNED,
  },
  {
    name: 'G9: junk after the base64 of the signature',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      for (const signature of bundle.dsseEnvelope.signatures) signature.sig += '!!!';
      await bench.attach(bundle);
    },
    cosign: 10,
    signature: UNSIGNED,
    problem: 'sig is not base64',
  },
  {
    name: 'G9: unpadded URL-safe base64, which protojson reads',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      for (const signature of bundle.dsseEnvelope.signatures) {
        signature.sig = Buffer.from(signature.sig, 'base64').toString('base64url');
      }
      await bench.attach(bundle);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G9: names in snake_case',
    terms: KEY,
    build: async (bench) => {
      const { dsseEnvelope, verificationMaterial, mediaType } = await signed(bench);
      await bench.attach({
        media_type: mediaType,
        verification_material: { public_key: verificationMaterial.publicKey, tlog_entries: [] },
        dsse_envelope: dsseEnvelope,
      });
    },
    cosign: 0,
    ours: 10,
    why: 'protojson reads them; no signer writes them',
    signature: UNSIGNED,
    problem: 'unknown field "media_type"',
  },
  {
    name: 'G9: a bundle that is both an envelope and the signature of a file',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      const messageDigest = { algorithm: 'SHA2_256', digest: '' };
      await bench.attach({ ...bundle, messageSignature: { messageDigest, signature: '' } });
    },
    cosign: 10,
    signature: UNSIGNED,
    problem: 'messageSignature and dsseEnvelope',
  },
  {
    name: 'a bundle that is both a key and a certificate',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      const certificate = (await bench.bundle()).verificationMaterial.certificate;
      if (certificate) bundle.verificationMaterial.certificate = certificate;
      await bench.attach(bundle);
    },
    cosign: 10,
    signature: UNSIGNED,
    problem: 'publicKey and certificate',
  },
  {
    name: 'a certificate chain in a bundle of version 0.3',
    build: async (bench) => {
      const bundle = await bench.bundle();
      const { certificate, ...material } = bundle.verificationMaterial;
      const x509CertificateChain = { certificates: [certificate] };
      const verificationMaterial = { x509CertificateChain, ...material };
      await bench.attach({ ...bundle, verificationMaterial });
    },
    cosign: 10,
    signature: UNSIGNED,
    problem: 'certificate chain',
  },
  {
    name: 'a bundle of version 0.2',
    terms: KEY,
    build: async (bench) => {
      const mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
      await bench.attach({ ...(await signed(bench)), mediaType });
    },
    cosign: 10,
    signature: UNSIGNED,
  },
  {
    name: 'a bundle of version 0.4',
    terms: KEY,
    build: async (bench) => {
      const mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json';
      await bench.attach({ ...(await signed(bench)), mediaType });
    },
    cosign: 10,
    signature: UNSIGNED,
  },
  {
    name: 'a bundle that is not JSON',
    terms: KEY,
    build: async (bench) => bench.attach(Buffer.from('<html>')),
    cosign: 10,
    signature: UNSIGNED,
  },
  {
    name: 'G10, CVE-2024-45395: 33 timestamps',
    terms: KEY,
    build: async (bench) => {
      const bundle = await bench.bundle({ signer: bench.key, timestamped: true });
      const stamps = bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
      while (stamps.length < 33) stamps.push(...stamps.slice(0, 1));
      await bench.attach(bundle);
    },
    cosign: 0,
    ours: 10,
    why: 'cosign counts timestamps only when it verifies them; such a bundle is not read here at all',
    signature: UNSIGNED,
    problem: '33 entries',
  },
  {
    name: 'G10, CVE-2024-45395: 33 log entries',
    build: async (bench) => {
      const bundle = await bench.bundle();
      const entries = bundle.verificationMaterial.tlogEntries;
      while (entries.length < 33) entries.push(...entries.slice(0, 1));
      await bench.attach(bundle);
    },
    cosign: 10,
    signature: UNSIGNED,
    problem: '33 entries',
  },
  {
    name: 'a gzip layer',
    terms: KEY,
    build: async (bench) => bench.attach(gzipSync(text(await signed(bench)))),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G10, CVE-2024-29902: a gzip layer that inflates to far more than it may',
    terms: KEY,
    build: async (bench) => {
      const padded = text(await signed(bench)) + ' '.repeat(5 * 1024 * 1024);
      await bench.attach(gzipSync(padded));
    },
    cosign: 0,
    ours: 10,
    why: 'cosign inflates without a bound',
    signature: UNSIGNED,
    problem: 'does not inflate to 4194304 bytes or less',
  },
  {
    name: 'G10, CVE-2024-29902: a bundle of more than 4 MiB',
    terms: KEY,
    build: async (bench) => {
      await bench.attach(Buffer.from(text(await signed(bench)) + ' '.repeat(4 * 1024 * 1024)));
    },
    cosign: 0,
    ours: 10,
    why: 'cosign reads a bundle of any size',
    signature: UNSIGNED,
    problem: 'at most 4194304 are read',
  },
  ...(['layer', 'config'] as const).map(
    (place): Case => ({
      name: `G9: data in the descriptor of the ${place} that are not base64`,
      terms: KEY,
      build: async (bench) => {
        const bytes = Buffer.from(text(await signed(bench)));
        const layer = await bench.sink.blob(bytes, BUNDLE_LAYER);
        const config = await bench.sink.blob(
          Buffer.from('{}'),
          'application/vnd.oci.empty.v1+json',
        );
        const parts = { layer, config, [place]: { ...{ layer, config }[place], data: 'e30' } };
        await bench.attach(bytes, { config: parts.config, layers: [parts.layer] });
      },
      cosign: 10,
      signature: UNSIGNED,
    }),
  ),
  {
    name: 'a layer of another media type',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench), {}, 'application/json'),
    cosign: 10,
    signature: UNSIGNED,
  },
  {
    name: 'artifact type and annotations missing or wrong',
    terms: KEY,
    build: async (bench) => {
      const artifactType = 'application/vnd.example.thing';
      await bench.attach(await signed(bench), { artifactType }, `${BUNDLE_LAYER};x=y`);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'two layers',
    terms: KEY,
    build: async (bench) => {
      const bytes = Buffer.from(text(await signed(bench)));
      const layer = await bench.sink.blob(bytes, BUNDLE_LAYER);
      await bench.attach(bytes, { layers: [layer, layer] });
    },
    cosign: 10,
    signature: UNSIGNED,
  },
];
