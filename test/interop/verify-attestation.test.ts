import { ATTESTATION_IMAGES } from './attestation-images.ts';
import { ALL_REGISTRIES, compareVerifyAttestation, type Row } from './parity.ts';

const OURS = '--key ours.pub --insecure-ignore-tlog';
const OTHER = '--key other.pub --insecure-ignore-tlog';
const SLSA1 = '--type slsaprovenance1';
const SLSA02 = '--type slsaprovenance';
const OLD_ONLY = '--new-bundle-format=false';

const ROWS: readonly Row<keyof typeof ATTESTATION_IMAGES>[] = [
  ['unsigned', `${OURS} ${SLSA1}`, 1],
  ['missing', `${OURS} ${SLSA1}`, 1],
  ['signature bundle only', `${OURS} ${SLSA1}`, 1],
  ['signature bundle only', `${OURS} --type https://sigstore.dev/cosign/sign/v1`, 0],
  ['legacy signature only', `${OURS} ${SLSA1}`, 1],

  ['custom bundle', OURS, 0],
  ['custom bundle', `${OURS} --type custom`, 0],
  ['custom bundle', `${OURS} ${SLSA1}`, 1],
  ['slsa 0.2 bundle', `${OURS} ${SLSA02}`, 0],
  ['slsa 0.2 bundle', `${OURS} --type slsaprovenance02`, 0],
  ['slsa 0.2 bundle', `${OURS} --type https://slsa.dev/provenance/v0.2`, 0],
  ['slsa 0.2 bundle', `${OURS} ${SLSA1}`, 1],
  ['slsa 1 bundle', `${OURS} ${SLSA1}`, 0],
  ['slsa 1 bundle', `${OURS} ${SLSA1} --new-bundle-format=true`, 0],
  ['slsa 1 bundle', `${OURS} ${SLSA1} ${OLD_ONLY}`, 1],
  ['slsa 1 bundle', `${OURS} ${SLSA02}`, 1],
  ['slsa 1 bundle', OURS, 1],
  ['slsa 1 bundle', `${OTHER} ${SLSA1}`, 1],
  ['own type bundle', `${OURS} --type https://example.com/own/v1`, 0],
  ['own type bundle', `${OURS} --type https://example.com/own/v`, 1],
  ['slsa 1 bundle of another key', `${OURS} ${SLSA1}`, 1],
  ['spdx and slsa 1 bundles', `${OURS} ${SLSA1}`, 0],
  ['spdx and slsa 1 bundles', `${OURS} --type spdx`, 0],
  ['spdx and slsa 1 bundles', `${OURS} --type spdxjson`, 0],
  ['spdx and slsa 1 bundles', `${OURS} --type cyclonedx`, 1],
  ['spdx bundle, slsa 1 bundle of another key', `${OURS} ${SLSA1}`, 1],
  ['spdx bundle, slsa 1 bundle of another key', `${OTHER} ${SLSA1}`, 0],
  ['slsa 1 bundles of both keys', `${OURS} ${SLSA1}`, 0],
  ['slsa 1 bundles of both keys', `${OTHER} ${SLSA1}`, 0],

  ['custom legacy', OURS, 0],
  ['custom legacy', `${OURS} ${SLSA1}`, 1],
  ['slsa 0.2 legacy', `${OURS} ${SLSA02}`, 0],
  ['slsa 0.2 legacy', `${OURS} ${SLSA1}`, 1],
  ['slsa 1 legacy', `${OURS} ${SLSA1}`, 0],
  ['slsa 1 legacy', `${OURS} ${SLSA1} ${OLD_ONLY}`, 0],
  ['slsa 1 legacy', `${OTHER} ${SLSA1}`, 1],
  ['own type legacy', `${OURS} --type https://example.com/own/v1`, 0],
  ['slsa 1 legacy of another key', `${OURS} ${SLSA1}`, 1],
  ['spdx and slsa 1 legacy', `${OURS} ${SLSA1}`, 0],
  ['spdx and slsa 1 legacy', `${OURS} --type spdx`, 0],
  ['spdx legacy, slsa 1 legacy of another key', `${OURS} ${SLSA1}`, 1],
  ['slsa 1 legacy of both keys', `${OURS} ${SLSA1}`, 0],
  ['slsa 1 legacy shadowed by a foreign bundle', `${OURS} ${SLSA1}`, 1],
  ['slsa 1 legacy shadowed by a foreign bundle', `${OURS} ${SLSA1} ${OLD_ONLY}`, 0],
  ['slsa 1 legacy beside a signature bundle', `${OURS} ${SLSA1}`, 1],
  ['slsa 1 legacy copied from another image', `${OURS} ${SLSA1}`, 1],
];

compareVerifyAttestation(ALL_REGISTRIES, ATTESTATION_IMAGES, ROWS);
