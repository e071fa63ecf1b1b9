/** What cosign 3 calls the predicate types that it knows (`cosign attest --type`). */
export const PREDICATE_TYPES: Readonly<Record<string, string>> = {
  custom: 'https://cosign.sigstore.dev/attestation/v1',
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
  link: 'https://in-toto.io/Link/v1',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
};

/** The predicate type URI that an alias or a URI stands for; undefined when it is neither. */
export function predicateTypeOf(text: string): string | undefined {
  if (Object.hasOwn(PREDICATE_TYPES, text)) return PREDICATE_TYPES[text];
  return /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(text) && text.length <= 500 ? text : undefined;
}
