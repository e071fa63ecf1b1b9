import { entryOf, FileBench, type FileBundle, flipped } from './bench.ts';
import type { Vector } from './vector.ts';

const OLD = 'application/vnd.dev.sigstore.bundle+json;version=';

/** As signers wrote it before version 0.3: the certificate in a chain. */
export function older(
  bundle: FileBundle,
  version: string,
  more: readonly Uint8Array[] = [],
): FileBundle {
  const { certificate, ...material } = bundle.verificationMaterial;
  const chain = more.map((der) => ({ rawBytes: Buffer.from(der).toString('base64') }));
  const certificates = [...(certificate ? [certificate] : []), ...chain];
  const verificationMaterial = { ...material, x509CertificateChain: { certificates } };
  return { ...bundle, mediaType: `${OLD}${version}`, verificationMaterial };
}

function withoutProof(bundle: FileBundle): FileBundle {
  delete entryOf(bundle).inclusionProof;
  return bundle;
}

/** The form of a bundle, and what it is over. */
export const BUNDLE_VECTORS: readonly Vector[] = [
  {
    name: 'happy-path-v0.1',
    build: async (bench) => ({ bundle: withoutProof(older(await bench.message(), '0.1')) }),
  },
  {
    name: 'happy-path-v0.2',
    build: async (bench) => ({ bundle: older(await bench.message(), '0.2') }),
  },
  {
    name: 'happy-path-v0.3',
    build: async (bench) => ({ bundle: { ...(await bench.message()), mediaType: `${OLD}0.3` } }),
  },
  {
    name: 'happy-path-v0.3-new-mediaType',
    build: async (bench) => ({ bundle: await bench.message() }),
  },
  {
    name: 'happy-path-intoto-in-dsse-v3',
    build: async (bench) => ({ bundle: await bench.attested() }),
  },
  {
    name: 'bundle-with-sct-with-extensions',
    build: async (bench) => {
      const signer = bench.unusual({ promiseExtensions: Buffer.from('0123456789abcdef', 'hex') });
      return { bundle: await bench.message({ signer }) };
    },
  },
  {
    name: 'bundle-empty-certificate-chain_fail',
    build: async (bench) => {
      const bundle = older(await bench.message(), '0.2');
      bundle.verificationMaterial.x509CertificateChain = { certificates: [] };
      return { bundle };
    },
  },
  {
    name: 'bundle-with-root-cert_fail',
    build: async (bench) => {
      const chain = bench.sigstore.services.authority.chain;
      return { bundle: older(await bench.message(), '0.3', chain) };
    },
  },
  {
    name: 'bundle-from-wrong-instance_fail',
    build: async () => {
      const other = await FileBench.start();
      const bundle = await other.message();
      await other.close();
      return { bundle };
    },
  },
  {
    name: 'bundle-invalid-base64-signature_fail',
    build: async (bench) => {
      const bundle = await bench.message();
      const message = bundle.messageSignature;
      if (message) message.signature = `${message.signature.slice(0, -2)}!!`;
      return { bundle };
    },
  },
  {
    name: 'bundle-malformed-json_fail',
    build: async (bench) => ({
      bundle: Buffer.from(JSON.stringify(await bench.message()).slice(0, -1)),
    }),
  },
  {
    name: 'bundle-negative-log-index_fail',
    build: async (bench) => {
      const bundle = await bench.message();
      entryOf(bundle).logIndex = '-1';
      return { bundle };
    },
  },
  {
    name: 'bundle-unknown-version_fail',
    build: async (bench) => ({ bundle: { ...(await bench.message()), mediaType: `${OLD}99.9` } }),
  },
  {
    name: 'message-digest-mismatch_fail',
    build: async (bench) => {
      const bundle = await bench.message();
      const digest = bundle.messageSignature?.messageDigest;
      if (digest) digest.digest = flipped(digest.digest);
      return { bundle };
    },
  },
  {
    name: 'signature-mismatch_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      const [bundle, other] = [
        await bench.message({ signer }),
        await bench.message({ signer, file: bench.otherFile }),
      ];
      if (bundle.messageSignature && other.messageSignature) {
        bundle.messageSignature.signature = other.messageSignature.signature;
      }
      return { bundle };
    },
  },
  {
    name: 'wrong-material_fail',
    build: async (bench) => ({ bundle: await bench.message(), file: bench.otherFile }),
  },
  {
    name: 'dsse-statement-missing-type_fail',
    build: async (bench) => {
      const { _type: _, ...statement } = bench.statement() as Record<string, unknown>;
      return { bundle: await bench.attested({ signer: bench.key, statement }), key: bench.key.pem };
    },
    cosign: 'verified',
  },
  {
    name: 'dsse-statement-unknown-type_fail',
    build: async (bench) => {
      const statement = { ...bench.statement(), _type: 'https://example.com/Statement/v9' };
      return { bundle: await bench.attested({ signer: bench.key, statement }), key: bench.key.pem };
    },
    cosign: 'verified',
  },
];

/** Keys that the user manages. */
export const KEY_VECTORS: readonly Vector[] = [
  {
    name: 'managed-key-happy-path',
    build: async (bench) => ({
      bundle: await bench.message({ signer: bench.key }),
      key: bench.key.pem,
    }),
  },
  {
    name: 'managed-key-and-trusted-root',
    build: async (bench) => ({
      bundle: await bench.message({ signer: bench.key, recorded: 'v2' }),
      root: bench.root(),
      key: bench.key.pem,
    }),
  },
  {
    name: 'managed-key-no-key_fail',
    build: async (bench) => ({ bundle: await bench.message({ signer: bench.key }) }),
  },
  {
    name: 'managed-key-wrong-key_fail',
    build: async (bench) => ({
      bundle: await bench.message({ signer: bench.key }),
      key: bench.otherKey.pem,
    }),
  },
  {
    name: 'managed-key-and-client-identity_fail',
    build: async (bench) => ({
      bundle: await bench.message({ signer: bench.key }),
      key: bench.key.pem,
      both: true,
    }),
  },
];
