import { describe, expect, it } from '@jest/globals';
import { isTypedIndex, isTypedManifest } from '../../lambda/domain/oci-types.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const DESCRIPTOR = { mediaType: 'application/x', size: 1, digest: DIGEST };
const MANIFEST = { schemaVersion: 2, config: DESCRIPTOR, layers: [DESCRIPTOR] };

describe('a document of image-spec', () => {
  it.each([
    ['what is usual', MANIFEST],
    ['members that nobody knows', { ...MANIFEST, surprise: [1.5] }],
    ['null instead of members', { ...MANIFEST, annotations: null, subject: null, mediaType: null }],
    ['nothing at all', {}],
    ['data', { ...MANIFEST, config: { ...DESCRIPTOR, data: 'e3\n0=' } }],
    ['no data', { ...MANIFEST, config: { ...DESCRIPTOR, data: '' } }],
    ['a size of its own kind', { ...MANIFEST, layers: [{ ...DESCRIPTOR, size: -1 }] }],
    ['annotations in any case', { ...MANIFEST, annotations: { a: 'x', A: 'y' } }],
  ])('is typed with %s', (_name, value) => {
    expect(isTypedManifest(value)).toBe(true);
  });

  it.each([
    ['a list', [MANIFEST]],
    ['a version that is a text', { ...MANIFEST, schemaVersion: '2' }],
    ['a number beyond all integers', { ...MANIFEST, schemaVersion: 2 ** 60 }],
    ['an annotation that is no text', { ...MANIFEST, annotations: { a: 1 } }],
    ['annotations that are a list', { ...MANIFEST, annotations: [] }],
    ['layers that are no list', { ...MANIFEST, layers: DESCRIPTOR }],
    ['a layer that is none', { ...MANIFEST, layers: ['x'] }],
    ['a config that is none', { ...MANIFEST, config: 'x' }],
    ['a size that is a text', { ...MANIFEST, layers: [{ ...DESCRIPTOR, size: '1' }] }],
    ['a digest that is none', { ...MANIFEST, config: { ...DESCRIPTOR, digest: 'sha256:0' } }],
    ['a digest that is null', { ...MANIFEST, subject: { ...DESCRIPTOR, digest: null } }],
    ['URLs that are none', { ...MANIFEST, config: { ...DESCRIPTOR, urls: [1] } }],
    ['data that are a number', { ...MANIFEST, config: { ...DESCRIPTOR, data: 1 } }],
    ['data without padding', { ...MANIFEST, config: { ...DESCRIPTOR, data: 'e30' } }],
    ['data for URLs', { ...MANIFEST, config: { ...DESCRIPTOR, data: '-_-_' } }],
    ['a platform that is none', { ...MANIFEST, config: { ...DESCRIPTOR, platform: 'linux' } }],
    ['layers in another case beside them', { ...MANIFEST, Layers: [] }],
    ['a member with a long s', { ...MANIFEST, 'layer\u017f': [] }],
  ])('is not typed with %s', (_name, value) => {
    expect(isTypedManifest(value)).toBe(false);
  });

  it('is a typed index by its manifests', () => {
    expect(isTypedIndex({ manifests: [{ ...DESCRIPTOR, platform: { os: 'linux' } }] })).toBe(true);
    expect(isTypedIndex({ manifests: [{ ...DESCRIPTOR, platform: { os: 1 } }] })).toBe(false);
    expect(isTypedIndex({ manifests: [null] })).toBe(true);
  });
});
