import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Cosign } from './cosign.ts';
import { BUNDLE, type Image, image, LEGACY } from './images.ts';
import { type Descriptor, digestOf, encode, type Repository } from './repository.ts';

/** Everything in a referrer that carries a signature; a crafted image differs from a good one in one of them. */
interface Parts {
  readonly statement: Json;
  readonly payloadType: string;
  readonly bundle: (good: Json) => Json;
  readonly bytes: (good: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  readonly layerType: string;
  readonly manifest: (good: Json) => Json;
}

type Json = Readonly<Record<string, unknown>>;
type Change = (good: Parts, digest: string) => Partial<Parts>;

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const SIGN = 'https://sigstore.dev/cosign/sign/v1';

/** Bundles in odd states, all but one signed by our key: some of them cosign accepts, some not. */
export const CRAFTED_BUNDLES = {
  'crafted bundle': bundle(() => ({})),
  'compressed bundle': bundle(() => ({ bytes: (good) => new Uint8Array(gzipSync(good)) })),
  'bundle without artifact type': bundle(() => ({
    manifest: ({ artifactType: _, annotations: __, ...rest }) => rest,
  })),
  'bundle whose second subject is the image': bundle((good) => ({
    statement: { ...good.statement, subject: [subject('0'.repeat(64)), ...subjectsOf(good)] },
  })),
  'bundle with a strange statement type': bundle((good) => ({
    statement: { ...good.statement, _type: 'https://example.com/other' },
  })),
  'bundle with the statement type of older clients': bundle((good) => ({
    statement: { ...good.statement, _type: 'https://in-toto.io/Statement/v0.1' },
  })),
  'bundle without predicate type': bundle(({ statement: { predicateType: _, ...statement } }) => ({
    statement,
  })),
  'bundle with an older media type': bundle(() => ({
    bundle: (good) => ({
      ...good,
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
    }),
  })),
  'bundle with an unknown member': bundle(() => ({
    bundle: (good) => ({ ...good, unheardOf: true }),
  })),
  'bundle with a message signature': bundle(() => ({ bundle: messageSignature })),
  'bundle in a layer of another type': bundle(() => ({ layerType: 'application/json' })),
  'bundle beside a second layer': bundle(() => ({
    manifest: (good) => ({
      ...good,
      layers: [...(good.layers as []), ...(good.layers as [])],
    }),
  })),
  'bundle of another payload type': bundle(() => ({ payloadType: 'text/plain' })),
  'bundle of an uppercase digest': bundle((good, digest) => ({
    statement: { ...good.statement, subject: [subject(hexOf(digest).toUpperCase())] },
  })),
  'bundle of a sha512 digest only': bundle((good) => ({
    statement: { ...good.statement, subject: [{ digest: { sha512: 'ab'.repeat(64) } }] },
  })),
  'bundle without a digest': bundle((good) => ({
    statement: { ...good.statement, subject: [{ name: 'image' }] },
  })),
  'bundle without subjects': bundle((good) => ({ statement: { ...good.statement, subject: [] } })),
  'bundle of another image': bundle((good) => ({
    statement: { ...good.statement, subject: [subject('1'.repeat(64))] },
  })),
  'bundle with a changed payload': bundle(() => ({
    bundle: (good) => {
      const envelope = good.dsseEnvelope as Json;
      const payload = Buffer.from(String(envelope.payload), 'base64').toString();
      const changed = payload.replace(SIGN, `${SIGN}x`);
      const again = Buffer.from(changed).toString('base64');
      return { ...good, dsseEnvelope: { ...envelope, payload: again } };
    },
  })),
  'bundle that is not JSON': bundle(() => ({ bytes: () => new TextEncoder().encode('<html>') })),
  'older bundle beside a good legacy signature': afterwards(
    image(`--key ours.key ${LEGACY}`),
    () => ({
      bundle: (good) => ({
        ...good,
        mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
      }),
    }),
  ),
  'unrelated referrer only': bundle(() => ({
    layerType: 'text/plain',
    bytes: () => new TextEncoder().encode('notes'),
  })),
  'unrelated referrer beside a good bundle': afterwards(image(`--key ours.key ${BUNDLE}`), () => ({
    layerType: 'text/plain',
    bytes: () => new TextEncoder().encode('notes'),
  })),
} as const satisfies Record<string, Image>;

/** An image with one bundle by our key, good but for the change. */
export function bundle(change: Change): Image {
  return afterwards(image(), change);
}

function afterwards(before: Image, change: Change): Image {
  return async (at, cosign, sigstore) => {
    const reference = await before(at, cosign, sigstore);
    await attach(at, cosign, change);
    return reference;
  };
}

async function attach(at: Repository, cosign: Cosign, change: Change): Promise<void> {
  const image = await at.describe('1');
  const good: Parts = {
    statement: {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [subject(hexOf(image.digest))],
      predicateType: SIGN,
      predicate: {},
    },
    payloadType: 'application/vnd.in-toto+json',
    bundle: (made) => made,
    bytes: (made) => made,
    layerType: MEDIA_TYPE,
    manifest: (made) => made,
  };
  const parts = { ...good, ...change(good, image.digest) };
  const key = await readFile(join(cosign.folder, 'ours.pem'), 'utf8');
  const bytes = parts.bytes(encode(parts.bundle(signed(parts, key))));
  const layer = await at.putBlob(bytes, parts.layerType);
  await at.putReferrer(image, parts.manifest(referrer(layer, image)));
}

function signed({ statement, payloadType }: Parts, key: string): Json {
  const payload = encode(statement);
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  const sig = sign('sha256', Buffer.concat([Buffer.from(head), payload]), createPrivateKey(key));
  return {
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: 'any' } },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType,
      signatures: [{ sig: sig.toString('base64') }],
    },
  };
}

function messageSignature({ dsseEnvelope, ...rest }: Json): Json {
  const { payload } = dsseEnvelope as { payload: string };
  const digest = Buffer.from(hexOf(digestOf(Buffer.from(payload))), 'hex').toString('base64');
  const messageDigest = { algorithm: 'SHA2_256', digest };
  return { ...rest, messageSignature: { messageDigest, signature: digest } };
}

function referrer(layer: Descriptor, image: Descriptor): Json {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: MEDIA_TYPE,
    layers: [layer],
    subject: image,
    annotations: { 'dev.sigstore.bundle.content': 'dsse-envelope' },
  };
}

export function subject(sha256: string): Json {
  return { digest: { sha256 } };
}

function subjectsOf(parts: Parts): readonly Json[] {
  return parts.statement.subject as readonly Json[];
}

export function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}
