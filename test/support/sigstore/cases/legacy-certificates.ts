import { createPublicKey } from 'node:crypto';
import { type Bench, IDENTITY } from '../bench.ts';
import type { LegacyLayer } from '../legacy.ts';
import type { Signer } from '../signer.ts';
import type { KeyPair } from '../x509.ts';
import { BROKEN, type Case, KEY, LOGGED_KEY, VERIFIED } from './case.ts';

const HOUR = 3_600_000;
const STAMPED_KEY = { by: 'key', ignoreTlog: true, useSignedTimestamps: true } as const;
const CERTIFICATE = 'dev.sigstore.cosign/certificate';

function keysOf({ key }: Bench): KeyPair {
  return { privateKey: key.privateKey, publicKey: createPublicKey(key.privateKey) };
}

/** The certificate of a key beside a signature that the key made. */
function beside(layer: LegacyLayer, { pem }: Signer): LegacyLayer[] {
  return [{ ...layer, annotations: { ...layer.annotations, [CERTIFICATE]: pem } }];
}

type Recorded = 'v1' | 'none';

function signed(bench: Bench, recorded: Recorded, timestamped = false): Promise<LegacyLayer> {
  return bench.layer({ signer: bench.key, recorded, timestamped });
}

const anHourAgo = ({ sigstore }: Bench) => new Date(sigstore.now().getTime() - HOUR);

/** Legacy signatures of a wanted key that have a certificate as well, which must fit then. */
export const LEGACY_CERTIFICATE_CASES: readonly Case[] = [
  {
    name: 'a certificate for the wanted key, in no log',
    terms: KEY,
    build: async (bench) => {
      const holder = bench.unusual({ keys: keysOf(bench) });
      await bench.attachLayers(beside(await signed(bench, 'none'), holder));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a certificate for another key, in no log',
    terms: KEY,
    build: async (bench) => {
      await bench.attachLayers(beside(await signed(bench, 'none'), await bench.someone()));
    },
    cosign: 0,
    ours: 12,
    why: 'cosign compares the two keys only where there is a log',
    signature: BROKEN,
    problem: 'certificate of another key',
  },
  {
    name: 'an expired certificate for the wanted key, in no log',
    terms: KEY,
    build: async (bench) => {
      const holder = bench.unusual({ keys: keysOf(bench) }, IDENTITY, anHourAgo(bench));
      await bench.attachLayers(beside(await signed(bench, 'none'), holder));
    },
    cosign: 12,
    signature: BROKEN,
    problem: 'certificate was not valid at',
  },
  {
    name: 'a certificate for the wanted key that is not valid yet, in no log',
    terms: KEY,
    build: async (bench) => {
      const inAnHour = new Date(bench.sigstore.now().getTime() + HOUR);
      const holder = bench.unusual({ keys: keysOf(bench) }, IDENTITY, inAnHour);
      await bench.attachLayers(beside(await signed(bench, 'none'), holder));
    },
    cosign: 12,
    signature: BROKEN,
    problem: 'certificate was not valid at',
  },
  {
    name: 'a certificate that had expired by the signed timestamp',
    terms: STAMPED_KEY,
    build: async (bench) => {
      const holder = bench.unusual({ keys: keysOf(bench) }, IDENTITY, anHourAgo(bench));
      await bench.attachLayers(beside(await signed(bench, 'none', true), holder));
    },
    cosign: 12,
    signature: BROKEN,
    problem: 'certificate was not valid at',
  },
  {
    name: 'a certificate that was valid by the signed timestamp',
    terms: STAMPED_KEY,
    build: async (bench) => {
      const holder = bench.unusual({ keys: keysOf(bench) });
      await bench.attachLayers(beside(await signed(bench, 'none', true), holder));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a certificate for the wanted key, of which the log has the key',
    terms: LOGGED_KEY,
    build: async (bench) => {
      const holder = bench.unusual({ keys: keysOf(bench) });
      await bench.attachLayers(beside(await signed(bench, 'v1'), holder));
    },
    cosign: 12,
    signature: BROKEN,
    problem: 'records another key or certificate',
  },
  {
    name: 'a certificate for the wanted key, which the log has',
    terms: LOGGED_KEY,
    build: async (bench) => {
      const signer = bench.unusual({ keys: keysOf(bench) });
      await bench.attachLayers([await bench.layer({ signer })]);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'an expired certificate for the wanted key, which the log has',
    terms: LOGGED_KEY,
    build: async (bench) => {
      const signer = bench.unusual({ keys: keysOf(bench) }, IDENTITY, anHourAgo(bench));
      await bench.attachLayers([await bench.layer({ signer })]);
    },
    cosign: 12,
    signature: BROKEN,
    problem: 'certificate was not valid at',
  },
  {
    name: 'a certificate that is none, beside a signature of the wanted key',
    terms: KEY,
    build: async (bench) => {
      const layer = await signed(bench, 'none');
      await bench.attachLayers(beside(layer, { ...bench.key, pem: 'nothing' }));
    },
    cosign: 12,
    signature: 'rejected other-signer',
  },
  {
    name: 'a key instead of a certificate, beside a signature of the wanted key',
    terms: KEY,
    build: async (bench) => bench.attachLayers(beside(await signed(bench, 'none'), bench.key)),
    cosign: 12,
    signature: BROKEN,
  },
];
