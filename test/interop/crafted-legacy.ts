import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copied, type Image, image, LEGACY, sigTag } from './images.ts';
import { type Descriptor, encode, type Repository } from './repository.ts';

/** One layer of a `.sig` manifest: the signed payload, and its descriptor with the signature. */
interface Layer {
  readonly payload: string;
  readonly mediaType: string;
  readonly annotation: (base64: string) => string | undefined;
  /** What is signed, when it is not the payload. */
  readonly signs?: string;
}

type Layers = (good: Layer, digest: string) => readonly Layer[];

const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNATURE = 'dev.cosignproject.cosign/signature';

/** `.sig` tags in odd states, all signed by our key: some of them cosign accepts, some not. */
export const CRAFTED_LEGACY = {
  'crafted legacy': legacy((good) => [good]),
  'legacy for another image': legacy((good, digest) => [
    { ...good, payload: good.payload.replace(digest, `sha256:${'1'.repeat(64)}`) },
  ]),
  'legacy naming another repository': legacy((good) => [
    { ...good, payload: good.payload.replace('"registry/image"', '"elsewhere/other"') },
  ]),
  'legacy of another type': legacy((good) => [
    { ...good, payload: good.payload.replace('cosign container image signature', 'other') },
  ]),
  'legacy in a layer of another type': legacy((good) => [{ ...good, mediaType: 'text/plain' }]),
  'bad and good legacy on one payload': legacy((good) => [{ ...good, signs: 'other' }, good]),
  'legacy of 1001 layers': legacy((good) => Array.from({ length: 1_001 }, () => good)),
  'legacy whose base64 has a newline': legacy((good) => [
    { ...good, annotation: (base64) => `${base64.slice(0, 40)}\n${base64.slice(40)}` },
  ]),
  'legacy with a repeated member': legacy((good, digest) => [
    { ...good, payload: repeated(good.payload, digest, `sha256:${'1'.repeat(64)}`, digest) },
  ]),
  'legacy with a repeated member, ours first': legacy((good, digest) => [
    { ...good, payload: repeated(good.payload, digest, digest, `sha256:${'1'.repeat(64)}`) },
  ]),
  'legacy with members in another case': legacy((good) => [
    {
      ...good,
      payload: good.payload
        .replace('docker-manifest-digest', 'Docker-Manifest-Digest')
        .replace('critical', 'Critical'),
    },
  ]),
  'legacy of an uppercase digest': legacy((good, digest) => [
    { ...good, payload: good.payload.replace(digest, digest.toUpperCase()) },
  ]),
  'legacy with unpadded base64': legacy((good) => [
    { ...good, annotation: (base64) => base64.replace(/=+$/, '').slice(0, -1) },
  ]),
  'legacy with url-safe base64': legacy((good) => [
    { ...good, annotation: (base64) => `${base64.slice(0, 4)}-_-_${base64.slice(8)}` },
  ]),
  'legacy with bytes after the signature': legacy((good) => [
    {
      ...good,
      annotation: (base64) =>
        Buffer.concat([Buffer.from(base64, 'base64'), Buffer.from([0])]).toString('base64'),
    },
  ]),
  'legacy without the annotation': legacy((good) => [{ ...good, annotation: () => undefined }]),
  'legacy with an empty annotation': legacy((good) => [{ ...good, annotation: () => '' }]),
  'legacy that signs another payload': legacy((good) => [{ ...good, signs: 'other' }]),
  'legacy whose payload is not JSON': legacy((good) => [{ ...good, payload: '<html>' }]),
  'legacy without layers': legacy(() => []),
  'legacy copied from another image': copied(`--key ours.key ${LEGACY}`),
  'legacy tag that is an index': platforms(),
} as const satisfies Record<string, Image>;

function legacy(layers: Layers): Image {
  return async (at, cosign) => {
    const { digest } = await at.putImage('1');
    const key = createPrivateKey(await readFile(join(cosign.folder, 'ours.pem'), 'utf8'));
    const good: Layer = {
      payload: JSON.stringify({
        critical: {
          identity: { 'docker-reference': 'registry/image' },
          image: { 'docker-manifest-digest': digest },
          type: 'cosign container image signature',
        },
        optional: null,
      }),
      mediaType: SIMPLE_SIGNING,
      annotation: (base64) => base64,
    };
    const described: Descriptor[] = [];
    const pushed = new Map<string, Descriptor>();
    for (const { payload, mediaType, annotation, signs } of layers(good, digest)) {
      const known = pushed.get(payload + mediaType);
      const layer = known ?? (await at.putBlob(new TextEncoder().encode(payload), mediaType));
      pushed.set(payload + mediaType, layer);
      const signature = sign('sha256', Buffer.from(signs ?? payload), key).toString('base64');
      described.push({ ...layer, annotations: { [SIGNATURE]: annotation(signature) } });
    }
    await putSignatures(at, digest, described);
    return at.reference('1');
  };
}

async function putSignatures(
  at: Repository,
  digest: string,
  layers: readonly Descriptor[],
): Promise<void> {
  const rootfs = { type: 'layers', diff_ids: layers.map((layer) => layer.digest) };
  const config = await at.putBlob(
    encode({ architecture: '', os: '', config: {}, rootfs }),
    'application/vnd.oci.image.config.v1+json',
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  await at.putManifest({ schemaVersion: 2, mediaType, config, layers }, sigTag(digest));
}

/** cosign reads what the `.sig` tag points at as an image, and so takes linux/amd64 of an index. */
function platforms(): Image {
  return async (at, cosign, sigstore) => {
    const reference = await image(`--key ours.key ${LEGACY}`)(at, cosign, sigstore);
    const tag = sigTag((await at.describe('1')).digest);
    const described = await at.putManifest(await at.getManifest(tag));
    const manifests = [{ ...described, platform: { os: 'linux', architecture: 'amd64' } }];
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    await at.putManifest({ schemaVersion: 2, mediaType, manifests }, tag);
    return reference;
  };
}

function repeated(payload: string, digest: string, first: string, second: string): string {
  const member = (value: string) => `"docker-manifest-digest":"${value}"`;
  return payload.replace(member(digest), `${member(first)},${member(second)}`);
}
