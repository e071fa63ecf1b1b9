import { CRAFTED_ATTESTATIONS } from './crafted-attestations.ts';
import { RELEASE as SIGNER } from './images.ts';
import { compareVerifyAttestation, type Row } from './parity.ts';

const OURS = '--key ours.pub --insecure-ignore-tlog';
const RELEASE =
  `--type slsaprovenance1 --trusted-root root.json --certificate-oidc-issuer ${SIGNER.issuer} ` +
  `--certificate-identity ${SIGNER.identity}`;

const FLAGS = {
  'slsa 1': `${OURS} --type slsaprovenance1`,
  'slsa 0.2': `${OURS} --type slsaprovenance`,
  'slsa 0.2 by its other name': `${OURS} --type slsaprovenance02`,
  'slsa 0.2 by its URI': `${OURS} --type https://slsa.dev/provenance/v0.2`,
  link: `${OURS} --type link`,
  vuln: `${OURS} --type vuln`,
  release: RELEASE,
  'stamped release': `${RELEASE} --use-signed-timestamps`,
} as const;

const ROWS: readonly Row<keyof typeof CRAFTED_ATTESTATIONS, keyof typeof FLAGS>[] = [
  ['crafted slsa 1 bundle', 'slsa 1', 0],
  ['slsa 1 bundle by its annotation only', 'slsa 1', 1],
  ['slsa 1 bundle whose annotation says otherwise', 'slsa 1', 0],
  ['slsa 1 bundle of another subject', 'slsa 1', 1],
  ['slsa 1 bundle with an empty type', 'slsa 1', 1],
  ['slsa 1 bundle with a list for a predicate', 'slsa 1', 1],
  ['slsa 1 bundle with a text for a predicate', 'slsa 1', 1],
  ['slsa 1 bundle with null for a predicate', 'slsa 1', 0],
  ['slsa 0.2 bundle with a text for a builder', 'slsa 0.2', 1],
  ['slsa 0.2 bundle with a text for a builder', 'slsa 0.2 by its other name', 0],
  ['slsa 0.2 bundle with a text for a builder', 'slsa 0.2 by its URI', 0],
  ['slsa 0.2 bundle with a text for a Builder', 'slsa 0.2', 1],
  ['slsa 0.2 bundle with half a time', 'slsa 0.2', 1],
  ['slsa 0.2 bundle of a day that there is not', 'slsa 0.2', 1],
  ['slsa 0.2 bundle with nulls', 'slsa 0.2', 0],
  ['slsa 0.2 bundle with unknown members', 'slsa 0.2', 0],
  ['slsa 0.2 bundle with a number for a digest', 'slsa 0.2', 1],
  ['link bundle with a text for a command', 'link', 1],
  ['vuln bundle with a number for a version', 'vuln', 1],
  ['vuln bundle', 'vuln', 0],

  ['crafted slsa 1 legacy', 'slsa 1', 0],
  ['slsa 1 legacy by its annotation only', 'slsa 1', 1],
  ['slsa 1 legacy whose annotation says otherwise', 'slsa 1', 0],
  ['slsa 1 legacy of another subject', 'slsa 1', 1],
  ['slsa 1 legacy with a list for a predicate', 'slsa 1', 1],
  ['slsa 1 legacy with a text for a predicate', 'slsa 1', 1],
  ['slsa 1 legacy that is no statement', 'slsa 1', 1],
  ['slsa 1 legacy beside one that is no statement', 'slsa 1', 0],
  ['slsa 0.2 legacy with a text for a builder', 'slsa 0.2', 1],
  ['good slsa 0.2 legacy beside one with a text for a builder', 'slsa 0.2', 1],
  ['good slsa 0.2 legacy beside one with a text for a builder', 'slsa 0.2 by its URI', 0],
  ['slsa 1 legacy beside a malformed slsa 0.2 legacy', 'slsa 1', 0],
  ['slsa 1 legacy with its payload under another name', 'slsa 1', 1],
  ['slsa 1 legacy beside a payload under another name', 'slsa 1', 1],
  ['slsa 1 legacy with its signature under another name', 'slsa 1', 0],
  ['slsa 1 legacy of another payload type', 'slsa 1', 1],
  ['slsa 1 legacy written anew', 'slsa 1', 0],

  ['slsa 1 legacy without a signature annotation', 'slsa 1', 1],
  ['stamped slsa 1 legacy', 'stamped release', 0],
  ['slsa 1 legacy with a stamp of its signature', 'stamped release', 1],
  ['slsa 1 legacy with a stamp of its signature', 'release', 0],

  ['logged slsa 1 legacy', 'release', 0],
  ['logged slsa 1 legacy written anew', 'release', 1],
  ['slsa 1 legacy logged as intoto 0.0.1', 'release', 0],
  ['slsa 1 legacy logged as intoto 0.0.1, written anew', 'release', 1],
];

compareVerifyAttestation(
  ['distribution v3', 'go-containerregistry with referrers'],
  CRAFTED_ATTESTATIONS,
  ROWS,
  FLAGS,
);
