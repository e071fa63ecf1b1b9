import { generateKeyPairSync } from 'node:crypto';
import { type Bench, BUNDLE_LAYER, ISSUER } from '../../../support/sigstore/bench.ts';
import { der, integer, oid, sequence } from '../../../support/sigstore/der.ts';
import { parseDer } from '../../../support/sigstore/der-tree.ts';
import { keySigner } from '../../../support/sigstore/signer.ts';
import { extension } from '../../../support/sigstore/x509.ts';
import { policyOf } from '../policies.ts';
import { byKey, ofFile, ofImage, type Scenario } from './scenario.ts';

const CLAIM = '1.3.6.1.4.1.57264.1';
const ANYWHERE = { kind: 'keyless', identity: { regExp: 'github' }, issuer: { exact: ISSUER } };

/** Ways that hardly any other test goes, for the sake of the code beside them. */
export const ODD: readonly Scenario[] = [
  {
    name: 'a pattern that matches anywhere, and a workflow',
    make: ofImage({
      build: async (bench) => {
        const extra = [extension(`${CLAIM}.2`, false, Buffer.from('push'))];
        await bench.attach(await bench.bundle({ signer: bench.unusual({ extra }) }));
      },
      policy: () =>
        policyOf({ ...ANYWHERE, workflow: { trigger: 'push' } } as never, { trustRoot: 'private' }),
    }),
  },
  {
    name: 'another workflow than is wanted',
    make: ofImage({
      build: async (bench) => bench.attach(await bench.bundle()),
      policy: () =>
        policyOf({ ...ANYWHERE, workflow: { trigger: 'schedule' } } as never, {
          trustRoot: 'private',
        }),
    }),
  },
  {
    name: 'a bundle in its own descriptor',
    make: ofImage({
      build: async (bench) => {
        const bytes = Buffer.from(JSON.stringify(await unlogged(bench)));
        const layer = { ...(await bench.sink.blob(bytes, BUNDLE_LAYER)) };
        const layers = [{ ...layer, data: bytes.toString('base64') }];
        await bench.attach({}, { layers });
      },
      policy: byKey,
    }),
  },
  {
    name: 'a legacy signature of an index',
    make: ofImage({
      build: async (bench, registry) => {
        await bench.attachLayers([await bench.layer({ signer: bench.key, recorded: 'none' })]);
        const tag = `${bench.digest.replace(':', '-')}.sig`;
        const platform = { os: 'linux', architecture: 'amd64' };
        const digest = registry.tags.get(tag);
        const mediaType = 'application/vnd.oci.image.index.v1+json';
        const manifests = [{ ...ofManifest, digest, size: 1, platform }];
        registry.putManifest({ schemaVersion: 2, mediaType, manifests }, tag);
      },
      policy: byKey,
    }),
  },
  {
    name: 'a manifest that is too large, and one that is not there',
    make: ofImage({
      build: async (bench, registry) => {
        await bench.attach(await unlogged(bench));
        await bench.attach(await bench.bundle({ signer: bench.otherKey, recorded: 'none' }));
        const [first, second] = registry.referrers.get(bench.digest) ?? [];
        registry.overrides.set(`manifest ${first}`, () => {
          throw Object.assign(new Error('too large'), { reason: 'too-large' });
        });
        registry.manifests.delete(second ?? '');
      },
      policy: byKey,
    }),
  },
  {
    name: 'a certificate with policies, points and access',
    make: ofImage({
      build: async (bench) => {
        const extra = [
          extension('2.5.29.32', false, sequence(sequence(oid('1.2.3')), sequence(oid('1.2.4')))),
        ];
        await bench.attach(await bench.bundle({ signer: bench.unusual({ extra }) }));
      },
    }),
  },
  {
    name: 'a certificate with a malformed object identifier',
    make: ofImage({
      build: async (bench) => {
        const { authority } = bench.sigstore.services;
        authority.distort = (tbs) => {
          const list = tbs.children?.find(({ tag }) => tag === 0xa3)?.children?.[0];
          const malformed = sequence(der(0x06, Buffer.from([0x80])), der(0x04));
          list?.children?.push(parseDer(malformed));
        };
        try {
          await bench.attach(await bench.bundle({ signer: bench.unusual({}) }));
        } finally {
          delete authority.distort;
        }
      },
    }),
  },
  {
    name: 'a timestamp with its accuracy',
    make: ofImage({
      build: async (bench) => {
        const { timestamps } = bench.sigstore.services;
        timestamps.distort = (info) => info.children?.splice(5, 0, parseDer(sequence(integer(1))));
        try {
          await bench.attach(await bench.bundle({ recorded: 'v2' }));
        } finally {
          delete timestamps.distort;
        }
      },
    }),
  },
  {
    name: 'the digest of a file that an RSA key signed',
    make: ofFile(async (files) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const signer = keySigner(privateKey);
      return { bundle: await files.message({ signer }), key: signer.pem };
    }, 'digest'),
  },
  {
    name: 'a file, with a chain of certificates',
    make: ofFile(async (files) => {
      const bundle = await files.message();
      const { certificate: leaf, ...material } = bundle.verificationMaterial;
      const [intermediate] = files.sigstore.services.authority.chain;
      const certificates = [leaf ?? { rawBytes: '' }, { rawBytes: base64(intermediate) }];
      const x509CertificateChain = { certificates };
      return {
        bundle: {
          ...bundle,
          mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
          verificationMaterial: { ...material, x509CertificateChain },
        },
      };
    }, 'bytes'),
  },
];

const ofManifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json' };

function unlogged(bench: Bench) {
  return bench.bundle({ signer: bench.key, recorded: 'none' });
}

function base64(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('base64');
}
