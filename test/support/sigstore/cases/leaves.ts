import { generateKeyPairSync } from 'node:crypto';
import type { Authority } from '../authority.ts';
import type { Bench, UnusualHolder } from '../bench.ts';
import { der, octets } from '../der.ts';
import type { Signer } from '../signer.ts';
import { extension, type KeyPair } from '../x509.ts';
import { BROKEN, type Case, OTHER, VERIFIED } from './case.ts';

const SCTS = '1.3.6.1.4.1.11129.2.4.2';

function by(signer: (bench: Bench) => Signer): Case['build'] {
  return async (bench) => bench.attach(await bench.bundle({ signer: signer(bench) }));
}

const holder = (unusual: UnusualHolder) => by((bench) => bench.unusual(unusual));

function ec(namedCurve: string): KeyPair {
  return generateKeyPairSync('ec', { namedCurve });
}

/** A certificate of which the authority got something wrong before it signed. */
function distorted(distort: NonNullable<Authority['distort']>): Case['build'] {
  return by((bench) => {
    const { authority } = bench.sigstore.services;
    authority.distort = distort;
    try {
      return bench.unusual({});
    } finally {
      delete authority.distort;
    }
  });
}

/** What kinds of certificates sign. */
export const LEAF_CASES: readonly Case[] = [
  {
    name: 'G12: a certificate for a P-384 key, by SHA-384',
    build: by((bench) => ({ ...bench.unusual({ keys: ec('P-384') }), hash: 'sha384' })),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G12: a certificate for a P-384 key, by SHA-256 as older clients sign',
    build: holder({ keys: ec('P-384') }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G12: a certificate for a P-384 key, by SHA-512',
    build: by((bench) => ({ ...bench.unusual({ keys: ec('P-384') }), hash: 'sha512' })),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G12: a certificate for a P-521 key, by SHA-512',
    build: by((bench) => ({ ...bench.unusual({ keys: ec('P-521') }), hash: 'sha512' })),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G12: a certificate for a P-521 key, by SHA-384',
    build: by((bench) => ({ ...bench.unusual({ keys: ec('P-521') }), hash: 'sha384' })),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G12: a certificate for a P-384 key on a legacy signature in no log, by SHA-384',
    terms: { by: 'keyless', ignoreTlog: true },
    build: async (bench) => {
      const signer: Signer = { ...bench.unusual({ keys: ec('P-384') }), hash: 'sha384' };
      await bench.attachLayers([await bench.layer({ signer, recorded: 'none' })]);
    },
    cosign: 12,
    signature: BROKEN,
  },
  {
    name: 'a certificate for an RSA key',
    build: holder({ keys: generateKeyPairSync('rsa', { modulusLength: 2_048 }) }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G13: a certificate for an Ed25519 key',
    build: holder({ keys: generateKeyPairSync('ed25519') }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a certificate that is an authority',
    build: holder({ isAuthority: true }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a certificate for a key that signs certificates',
    build: holder({ keyUsage: 'keyCertSign' }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G3: a certificate for signing code and for TLS servers',
    build: holder({ extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.3'] }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G3: a certificate that does not say what it is for',
    build: holder({ extendedKeyUsage: [] }),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a certificate of version 1',
    build: distorted((tbs) => tbs.children?.shift()),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'promises of the certificate log that cannot be read',
    build: holder({
      withoutPromise: true,
      extra: [extension(SCTS, false, octets(Buffer.from([0, 2, 0, 9])))],
    }),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'no promises of the certificate log in their list',
    build: holder({
      withoutPromise: true,
      extra: [extension(SCTS, false, octets(Buffer.from([0, 0])))],
    }),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'promises of the certificate log that are of another type',
    build: holder({
      withoutPromise: true,
      extra: [extension(SCTS, false, der(0x05))],
    }),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'a promise of a certificate log that the root does not know',
    build: async (bench) => {
      bench.trust((root) => {
        for (const log of root.ctlogs) log.logId.keyId = Buffer.alloc(32).toString('base64');
      });
      await bench.attach(await bench.bundle());
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'SCT',
  },
  {
    name: 'a promise that the certificate log made before its time',
    build: async (bench) => {
      bench.trust((root) => {
        const start = new Date(bench.sigstore.now().getTime() + 3_600_000).toISOString();
        for (const log of root.ctlogs) log.publicKey.validFor.start = start;
      });
      await bench.attach(await bench.bundle());
    },
    cosign: 1,
    signature: BROKEN,
  },
];
