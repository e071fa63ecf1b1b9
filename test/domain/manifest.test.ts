import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Digest, digestOf } from '../../lambda/domain/digest.ts';
import {
  explainMove,
  isProblem,
  printOf,
  readManifest,
  sightingsOf,
} from '../../lambda/domain/manifest.ts';
import type { ManifestFacts } from '../../lambda/domain/observation.ts';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';

const digest = (name: string): Digest => digestOf(new TextEncoder().encode(name));
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const descriptor = (name: string, more: object = {}) => ({
  mediaType: OCI_IMAGE,
  digest: digest(name),
  size: 10,
  ...more,
});
const child = (name: string, os: string, architecture: string, more: object = {}) =>
  descriptor(name, { platform: { os, architecture, ...more } });

const index = (over: object = {}) => ({
  schemaVersion: 2,
  mediaType: OCI_INDEX,
  manifests: [child('amd', 'linux', 'amd64'), child('arm', 'linux', 'arm64', { variant: 'v8' })],
  ...over,
});
const image = (over: object = {}) => ({
  schemaVersion: 2,
  mediaType: OCI_IMAGE,
  config: descriptor('config'),
  layers: [descriptor('layer')],
  ...over,
});

function read(value: unknown, mediaType = OCI_INDEX): ManifestFacts {
  const found = readManifest(bytesOf(value), mediaType);
  if (isProblem(found)) throw new Error(found.problem);
  return found;
}

function problemOf(value: unknown, mediaType = OCI_INDEX): string {
  const found = readManifest(bytesOf(value), mediaType);
  return isProblem(found) ? found.problem : 'none';
}

describe('when a manifest is read', () => {
  it.each([
    [OCI_INDEX, index()],
    [DOCKER_LIST, index({ mediaType: DOCKER_LIST })],
  ])('lists the platforms of an index (%s)', (type, value) => {
    expect(read(value, type)).toMatchObject({
      mediaType: type,
      platforms: { 'linux/amd64': digest('amd'), 'linux/arm64/v8': digest('arm') },
      configs: [],
    });
  });

  it.each([
    [OCI_IMAGE, image()],
    [DOCKER_IMAGE, image({ mediaType: DOCKER_IMAGE })],
  ])('takes a single image as one platform with its config (%s)', (type, value) => {
    expect(read(value, type)).toMatchObject({
      platforms: { unknown: digestOf(bytesOf(value)) },
      configs: [digest('config')],
    });
  });

  it('relies on the header where an OCI document does not say its type', () => {
    const { mediaType: _, ...untyped } = index();
    expect(read(untyped, `${OCI_INDEX}; charset=utf-8`).mediaType).toBe(OCI_INDEX);
    expect(read(index(), 'text/plain').mediaType).toBe(OCI_INDEX);
  });

  it('tells attestations from platforms', () => {
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const manifests = [
      child('amd', 'linux', 'amd64'),
      descriptor('marked', { annotations }),
      child('unplaced', 'unknown', 'unknown'),
    ];
    expect(read(index({ manifests }))).toMatchObject({
      platforms: { 'linux/amd64': digest('amd') },
      attestations: [digest('marked'), digest('unplaced')],
    });
  });

  it('keeps platforms apart that differ in their version, or not at all', () => {
    const manifests = [
      child('w1', 'windows', 'amd64', { 'os.version': '10.0.1' }),
      child('w2', 'windows', 'amd64', { 'os.version': '10.0.2' }),
      child('w3', 'windows', 'amd64', { 'os.version': '10.0.2' }),
    ];
    expect(Object.keys(read(index({ manifests })).platforms)).toEqual([
      'windows/amd64 10.0.1',
      'windows/amd64 10.0.2',
      'windows/amd64 10.0.2 #2',
    ]);
  });

  it('takes no hostile text for a platform', () => {
    const manifests = [
      child('a', 'linux\u001b[31m', 'x'.repeat(100)),
      descriptor('b', { platform: { os: '__proto__', architecture: '' } }),
      descriptor('c', { platform: 'linux' }),
      descriptor('d'),
    ];
    expect(Object.keys(read(index({ manifests })).platforms)).toEqual(
      ['other/other', '__proto__/unknown', 'unknown'].concat(),
    );
  });
});

describe('when a manifest is not to be believed', () => {
  it.each<[string, string, object]>([
    [
      'both an image and an index (CVE-2021-41190)',
      OCI_INDEX,
      { ...index(), config: descriptor('c') },
    ],
    ['both an index and an image', OCI_IMAGE, { ...image(), manifests: [] }],
    ['of schema 1', 'application/json', { schemaVersion: 1, fsLayers: [] }],
    ['an index with layers', OCI_INDEX, { ...index(), layers: [] }],
    ['of another type than the registry says', OCI_IMAGE, index()],
    ['of no known type', OCI_INDEX, { ...index(), mediaType: 'text/html' }],
    ['of a type that is no text', 'text/plain', { ...index(), mediaType: 5 }],
    ['without a list', OCI_INDEX, { ...index(), manifests: undefined }],
    ['with an object as list', OCI_INDEX, { ...index(), manifests: {} }],
    ['with a descriptor that is none', OCI_INDEX, { ...index(), manifests: [null] }],
    [
      'with a digest that is none',
      OCI_INDEX,
      { ...index(), manifests: [{ digest: 'sha256:1', size: 1 }] },
    ],
    ['with a negative size', OCI_INDEX, { ...index(), manifests: [descriptor('a', { size: -1 })] }],
    [
      'with a size that is a text',
      OCI_INDEX,
      { ...index(), manifests: [descriptor('a', { size: '1' })] },
    ],
    [
      'with a size beyond all numbers',
      OCI_INDEX,
      { ...index(), manifests: [descriptor('a', { size: 1e300 })] },
    ],
    ['with annotations in a list', OCI_INDEX, { ...index(), annotations: [1] }],
    ['with a field in another case', OCI_INDEX, { ...index(), Manifests: [] }],
    [
      'with a descriptor in another case',
      OCI_INDEX,
      { ...index(), manifests: [descriptor('a', { DIGEST: 1 })] },
    ],
    ['with a field that folds in Go', OCI_INDEX, { ...index(), manifeſts: [] }],
    ['without a config', OCI_IMAGE, { ...image(), config: undefined }],
    [
      'with more descriptors than anyone needs',
      OCI_INDEX,
      { ...index(), manifests: Array(10_001).fill(0) },
    ],
    ['a list', OCI_INDEX, []],
  ])('refuses one that is %s', (_what, type, value) => {
    expect(problemOf(value, type)).not.toBe('none');
  });

  it('refuses one of more than 4 MiB', () => {
    expect(problemOf(index({ padding: 'x'.repeat(4 * 1024 * 1024) }))).toContain('bytes');
  });

  it('finds nothing in a prototype', () => {
    const text = `{"__proto__":${JSON.stringify(index())}}`;
    expect(readManifest(new TextEncoder().encode(text), OCI_INDEX)).toHaveProperty('problem');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.string(), (text, type) => {
        readManifest(new TextEncoder().encode(text), type);
        readManifest(new TextEncoder().encode(text), OCI_INDEX);
      }),
    );
  });
});

describe('when a move is explained', () => {
  const before = printOf(read(index()));
  const movedTo = (over: object) => explainMove(before, read(index(over)));

  it('names the platforms whose content changed', () => {
    const manifests = [
      child('new', 'linux', 'amd64'),
      child('arm', 'linux', 'arm64', { variant: 'v8' }),
    ];
    expect(movedTo({ manifests })).toEqual({
      classes: ['content'],
      platforms: { changed: ['linux/amd64'], added: [], removed: [] },
    });
  });

  it('names the platforms that came and went', () => {
    const manifests = [child('amd', 'linux', 'amd64'), child('x', 'linux', 's390x')];
    expect(movedTo({ manifests })).toEqual({
      classes: ['platforms'],
      platforms: { changed: [], added: ['linux/s390x'], removed: ['linux/arm64/v8'] },
    });
  });

  it('says when only attestations changed', () => {
    const manifests = [...index().manifests, child('sbom', 'unknown', 'unknown')];
    expect(movedTo({ manifests }).classes).toEqual(['attestations-only']);
  });

  it('says when only metadata changed', () => {
    expect(movedTo({ annotations: { a: '1' } }).classes).toEqual(['index-metadata-only']);
  });

  it('says when the media type changed, beside the rest', () => {
    const manifests = [
      child('new', 'linux', 'amd64'),
      child('arm', 'linux', 'arm64', { variant: 'v8' }),
    ];
    const now = read(index({ mediaType: DOCKER_LIST, manifests }), DOCKER_LIST);
    expect(explainMove(before, now).classes).toEqual(['content', 'media-type']);
  });

  it('says "unknown" where one side is', () => {
    expect(explainMove(undefined, read(index())).classes).toEqual(['unknown']);
    expect(explainMove(before, undefined).classes).toEqual(['unknown']);
  });

  it('does not depend on the order of annotations and platforms', () => {
    const one = read(index({ annotations: { a: '1', b: '2' } }));
    const manifests = index().manifests.toReversed();
    const other = read(index({ annotations: { b: '2', a: '1' }, manifests }));
    expect(printOf(one)).toEqual(printOf(other));
  });

  it('notices a change beyond the platforms that are remembered one by one', () => {
    const many = (last: string) =>
      Array.from({ length: 50 }, (_, n) =>
        child(n === 49 ? last : `${n}`, 'linux', `arch${n + 10}`),
      );
    const print = printOf(read(index({ manifests: many('old') })));
    expect(Object.keys(print.platforms)).toHaveLength(33);
    const now = read(index({ manifests: many('new') }));
    expect(explainMove(print, now).platforms.changed).toEqual(['others']);
    expect(explainMove(print, read(index({ manifests: many('old') }))).platforms.changed).toEqual(
      [],
    );
  });
});

describe('when a tag is to be found by digest', () => {
  it('is found by index and platform', () => {
    const sightings = sightingsOf(digest('index'), read(index()));
    expect(sightings).toEqual([
      { digest: digest('index'), role: 'index' },
      { digest: digest('amd'), role: 'platform', platform: 'linux/amd64' },
      { digest: digest('arm'), role: 'platform', platform: 'linux/arm64/v8' },
    ]);
  });

  it('is found by image and config', () => {
    expect(sightingsOf(digest('image'), read(image(), OCI_IMAGE))).toEqual([
      { digest: digest('image'), role: 'manifest' },
      { digest: digest('config'), role: 'config' },
    ]);
  });

  it('is not found by the config that everything that is no image shares', () => {
    const config = { ...descriptor('{}'), mediaType: 'application/vnd.oci.empty.v1+json' };
    expect(sightingsOf(digest('image'), read(image({ config }), OCI_IMAGE))).toHaveLength(1);
  });

  it('is found at all when its manifest is refused', () => {
    expect(sightingsOf(digest('x'), undefined)).toEqual([
      { digest: digest('x'), role: 'manifest' },
    ]);
  });

  it('floods nobody', () => {
    const manifests = Array.from({ length: 10_000 }, (_, n) => child(`${n}`, 'linux', `a${n}`));
    expect(sightingsOf(digest('index'), read(index({ manifests })))).toHaveLength(100);
  });
});
