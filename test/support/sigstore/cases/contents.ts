import type { Bench } from '../bench.ts';
import type { BundleJson } from '../bundle.ts';
import { ATTESTED, BROKEN, type Case, KEY, OTHER, VERIFIED } from './case.ts';

const SLSA = 'https://slsa.dev/provenance/v1';

/** A bundle by the wanted key over any statement, recorded nowhere. */
function signed(bench: Bench, content?: object, payloadType?: string): Promise<BundleJson> {
  return bench.bundle({
    signer: bench.key,
    recorded: 'none',
    ...(content && { content }),
    ...(payloadType && { payloadType }),
  });
}

function about(bench: Bench, changes: object): object {
  return { ...bench.statement(), ...changes };
}

function text(json: object): string {
  return JSON.stringify(json);
}

const hexOf = ({ digest }: Bench) => digest.slice('sha256:'.length);

/** What is signed: all of it by the wanted key. */
export const CONTENT_CASES: readonly Case[] = [
  {
    name: 'G8: a payload of another type',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, undefined, 'text/plain')),
    cosign: 1,
    signature: BROKEN,
    problem: 'payload type is "text/plain"',
  },
  {
    name: 'G8: a bundle about another image, transplanted',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, bench.statement(bench.otherDigest))),
    cosign: 1,
    signature: BROKEN,
    problem: 'it is about sha256:',
  },
  {
    name: 'G8: the digest in upper case',
    terms: KEY,
    build: async (bench) => {
      const subject = [{ digest: { sha256: hexOf(bench).toUpperCase() } }];
      await bench.attach(await signed(bench, about(bench, { subject })));
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G8: no subject',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, about(bench, { subject: [] }))),
    cosign: 1,
    signature: BROKEN,
    problem: 'it is about nothing',
  },
  {
    name: 'G8: a subject with another algorithm only',
    terms: KEY,
    build: async (bench) => {
      const subject = [{ digest: { sha512: hexOf(bench).repeat(2) } }];
      await bench.attach(await signed(bench, about(bench, { subject })));
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G8: the image as the second subject',
    terms: KEY,
    build: async (bench) => {
      const subject = [
        { digest: { sha256: '0'.repeat(64) } },
        { digest: { sha256: hexOf(bench) } },
      ];
      await bench.attach(await signed(bench, about(bench, { subject })));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G8: another digest of the subject that is none',
    terms: KEY,
    build: async (bench) => {
      const subject = [{ digest: { sha256: hexOf(bench), other: 'x' } }];
      await bench.attach(await signed(bench, about(bench, { subject })));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'is not hex',
  },
  {
    name: 'G8, G10, CVE-2024-45395: 1025 subjects',
    terms: KEY,
    build: async (bench) => {
      const subject = Array.from({ length: 1_025 }, () => ({ digest: { sha256: hexOf(bench) } }));
      await bench.attach(await signed(bench, about(bench, { subject })));
    },
    cosign: 1,
    signature: BROKEN,
    problem: '1025 entries',
  },
  {
    name: 'G8, G10, CVE-2024-45395: 33 digests of a subject',
    terms: KEY,
    build: async (bench) => {
      const others = Array.from({ length: 32 }, (_, n) => [`other${n}`, '00']);
      const digest = { sha256: hexOf(bench), ...Object.fromEntries(others) };
      await bench.attach(await signed(bench, about(bench, { subject: [{ digest }] })));
    },
    cosign: 1,
    signature: BROKEN,
    problem: '33 entries',
  },
  {
    name: 'G8: a predicate that is a list',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, about(bench, { predicate: [] }))),
    cosign: 1,
    signature: BROKEN,
    problem: 'predicate is a list, expected an object',
  },
  {
    name: 'G8: a number in a predicate that is too large to be one',
    terms: KEY,
    build: async (bench) => {
      const large = text(about(bench, { predicate: { n: [0] } })).replace('[0]', '[1e999]');
      await bench.attach(await signed(bench, Buffer.from(large)));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'a number that is too large',
  },
  {
    name: 'G8: half of a surrogate pair in a predicate',
    terms: KEY,
    build: async (bench) => {
      const half = text(about(bench, { predicate: { n: '?' } })).replace('?', '\\ud800');
      await bench.attach(await signed(bench, Buffer.from(half)));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'half a character',
  },
  {
    name: 'CVE-2026-39395: a signed payload that is not JSON',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, Buffer.from('<html>'))),
    cosign: 1,
    signature: BROKEN,
    problem: 'not JSON',
  },
  {
    name: 'G8: a statement that says its predicate type twice',
    terms: KEY,
    build: async (bench) => {
      const twice = text(bench.statement()).replace('{', '{"predicateType":"other",');
      await bench.attach(await signed(bench, Buffer.from(twice)));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'duplicate key',
  },
  {
    name: 'G8: a statement with an unknown field',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, about(bench, { surprise: 1 }))),
    cosign: 1,
    signature: BROKEN,
    problem: 'unknown field "surprise"',
  },
  {
    name: 'a statement of an unknown version',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, about(bench, { _type: 'garbage' }))),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'an attestation by the wanted key, and no signature',
    terms: KEY,
    build: async (bench) => bench.attach(await signed(bench, bench.statement(bench.digest, SLSA))),
    cosign: 0,
    signature: ATTESTED,
  },
  {
    name: 'a statement without a predicate type',
    terms: KEY,
    build: async (bench) => {
      await bench.attach(await signed(bench, about(bench, { predicateType: undefined })));
    },
    cosign: 0,
    signature: ATTESTED,
  },
  {
    name: 'a signature over a file instead of an image',
    terms: KEY,
    build: async (bench) => {
      const { dsseEnvelope, ...rest } = await signed(bench);
      const digest = Buffer.from(hexOf(bench), 'hex').toString('base64');
      const messageDigest = { algorithm: 'SHA2_256', digest };
      const signature = dsseEnvelope.signatures[0]?.sig;
      await bench.attach({ ...rest, messageSignature: { messageDigest, signature } });
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'an envelope whose payload was changed',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      const changed = text(bench.statement()).replace('{}', '{"x":1}');
      bundle.dsseEnvelope.payload = Buffer.from(changed).toString('base64');
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'is not signed by it',
  },
  {
    name: 'G10: an envelope with two signatures',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      const [only] = bundle.dsseEnvelope.signatures;
      if (only) bundle.dsseEnvelope.signatures = [only, only];
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'a bundle by another key',
    terms: KEY,
    build: async (bench) => {
      await bench.attach(await bench.bundle({ signer: bench.otherKey, recorded: 'none' }));
    },
    cosign: 1,
    signature: OTHER,
    problem: 'wanted key sha256:',
  },
  {
    name: 'a bundle by another key that hints at the wanted one',
    terms: KEY,
    build: async (bench) => {
      const wanted = await signed(bench);
      const bundle = await bench.bundle({ signer: bench.otherKey, recorded: 'none' });
      const { publicKey } = wanted.verificationMaterial;
      if (publicKey) bundle.verificationMaterial.publicKey = publicKey;
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'is not signed by it',
  },
  {
    name: 'a bundle by the wanted key that hints at nothing',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      bundle.verificationMaterial.publicKey = { hint: '' };
      await bench.attach(bundle);
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'a certificate where a key is wanted',
    terms: KEY,
    build: async (bench) => bench.attach(await bench.bundle()),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'a certificate on what the wanted key signed',
    terms: KEY,
    build: async (bench) => {
      const bundle = await signed(bench);
      delete bundle.verificationMaterial.publicKey;
      const certificate = (await bench.bundle()).verificationMaterial.certificate;
      if (certificate) bundle.verificationMaterial.certificate = certificate;
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'a key where an identity is wanted',
    build: async (bench) => bench.attach(await signed(bench)),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'a good bundle beside one by another key',
    terms: KEY,
    build: async (bench) => {
      await bench.attach(await bench.bundle({ signer: bench.otherKey, recorded: 'none' }));
      await bench.attach(await signed(bench));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'wanted annotations that are there',
    terms: { ...KEY, annotations: { team: 'app' } },
    build: async (bench) => {
      const subject = [{ digest: { sha256: hexOf(bench) }, annotations: { team: 'app', x: 1 } }];
      await bench.attach(await signed(bench, about(bench, { subject })));
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'wanted annotations that are different',
    terms: { ...KEY, annotations: { team: 'app' } },
    build: async (bench) => {
      const subject = [{ digest: { sha256: hexOf(bench) }, annotations: { team: 'apps' } }];
      await bench.attach(await signed(bench, about(bench, { subject })));
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'annotation team is "apps"',
  },
];
