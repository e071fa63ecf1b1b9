/** What a thing attached to an image is, as far as its types say. */
export type ArtifactKind =
  | 'cosign-signature'
  | 'notation-signature'
  | 'slsa-provenance'
  | 'spdx'
  | 'cyclonedx'
  | 'vex'
  | 'vulnerability-scan'
  | 'attestation'
  | 'unknown';

type Rule = readonly [pattern: RegExp, kind: ArtifactKind];

const PREDICATES: readonly Rule[] = [
  [/^https:\/\/sigstore\.dev\/cosign\/sign\/v1$/, 'cosign-signature'],
  [/^https:\/\/slsa\.dev\/provenance\/|^https:\/\/in-toto\.io\/Provenance\//, 'slsa-provenance'],
  [/^https:\/\/spdx\.dev\/Document/, 'spdx'],
  [/^https:\/\/cyclonedx\.org\/(?:bom|schema)/, 'cyclonedx'],
  [/^https:\/\/openvex\.dev\/ns/, 'vex'],
  [/^https:\/\/cosign\.sigstore\.dev\/attestation\/vuln\//, 'vulnerability-scan'],
];

const ARTIFACTS: readonly Rule[] = [
  [/^application\/vnd\.dev\.cosign\.(?:artifact\.sig|simplesigning)\./, 'cosign-signature'],
  [/^application\/vnd\.cncf\.notary\.signature/, 'notation-signature'],
  [/^(?:application|text)\/(?:vnd\.)?spdx/, 'spdx'],
  [/^application\/vnd\.cyclonedx/, 'cyclonedx'],
  [/\b(?:open)?vex\b|^application\/(?:vnd\.)?csaf\b/, 'vex'],
  [/^application\/vnd\.(?:dsse\.envelope|in-toto|dev\.sigstore\.bundle)/, 'attestation'],
];

export function kindOfPredicate(predicateType: string): ArtifactKind {
  return kindBy(PREDICATES, predicateType) ?? 'attestation';
}

/** @param types the most telling first: artifact type, layer types, config type. */
export function kindOfArtifact(types: readonly string[]): ArtifactKind {
  return (
    types.map((type) => kindBy(ARTIFACTS, type)).find((kind) => kind !== undefined) ?? 'unknown'
  );
}

function kindBy(rules: readonly Rule[], type: string): ArtifactKind | undefined {
  return rules.find(([pattern]) => pattern.test(type))?.[1];
}
