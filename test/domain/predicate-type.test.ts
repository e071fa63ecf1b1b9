import { describe, expect, it } from '@jest/globals';
import { predicateTypeOf } from '../../lambda/domain/predicate-type.ts';

describe('a predicate type', () => {
  it.each([
    ['custom', 'https://cosign.sigstore.dev/attestation/v1'],
    ['slsaprovenance', 'https://slsa.dev/provenance/v0.2'],
    ['slsaprovenance02', 'https://slsa.dev/provenance/v0.2'],
    ['slsaprovenance1', 'https://slsa.dev/provenance/v1'],
    ['spdx', 'https://spdx.dev/Document'],
    ['spdxjson', 'https://spdx.dev/Document'],
    ['cyclonedx', 'https://cyclonedx.org/bom'],
    ['link', 'https://in-toto.io/Link/v1'],
    ['vuln', 'https://cosign.sigstore.dev/attestation/vuln/v1'],
    ['openvex', 'https://openvex.dev/ns'],
    ['https://example.com/mine/v1', 'https://example.com/mine/v1'],
    ['urn:example:mine', 'urn:example:mine'],
  ])('%s is cosign’s alias or a URI', (text, expected) => {
    expect(predicateTypeOf(text)).toBe(expected);
  });

  it.each(['', 'slsa', 'toString', '__proto__', 'https:', 'a b:c', `x:${'a'.repeat(500)}`])(
    '%j is neither',
    (text) => {
      expect(predicateTypeOf(text)).toBeUndefined();
    },
  );
});
