import { ATTESTATION_IMAGES } from './attestation-images.ts';
import { RELEASE as SIGNER } from './images.ts';
import { compareVerifyAttestation, type Row } from './parity.ts';

const ROOT = '--type slsaprovenance1 --trusted-root root.json';
const RELEASE = `${ROOT} --certificate-identity ${SIGNER.identity} --certificate-oidc-issuer ${SIGNER.issuer}`;

const FLAGS = {
  release: RELEASE,
  'release, another type': RELEASE.replace('slsaprovenance1', 'spdx'),
  'release by signed timestamps': `${RELEASE} --use-signed-timestamps`,
  'release in the old format': `${RELEASE} --new-bundle-format=false`,
  evil: RELEASE.replace('heads/main', 'heads/main-evil'),
  'other issuer': `${RELEASE}.example`,
  'other root': RELEASE.replace('root.json', 'other-root.json'),
  'identity pattern': `${ROOT} --certificate-identity-regexp acme/app --certificate-oidc-issuer ${SIGNER.issuer}`,
  'its workflow': `${RELEASE} --certificate-github-workflow-repository acme/app`,
  'other workflow repository': `${RELEASE} --certificate-github-workflow-repository acme/other`,
  key: `${ROOT} --key ours.pub`,
  'other key': `${ROOT} --key other.pub`,
  'key, log ignored': '--type slsaprovenance1 --key ours.pub --insecure-ignore-tlog',
} as const;

const ROWS: readonly Row<keyof typeof ATTESTATION_IMAGES, keyof typeof FLAGS>[] = [
  ['unsigned', 'release', 1],

  ['keyless v1 slsa 1 bundle', 'release', 0],
  ['keyless v1 slsa 1 bundle', 'release, another type', 1],
  ['keyless v1 slsa 1 bundle', 'release by signed timestamps', 1],
  ['keyless v1 slsa 1 bundle', 'release in the old format', 1],
  ['keyless v1 slsa 1 bundle', 'evil', 1],
  ['keyless v1 slsa 1 bundle', 'other issuer', 1],
  ['keyless v1 slsa 1 bundle', 'other root', 1],
  ['keyless v1 slsa 1 bundle', 'identity pattern', 0],
  ['keyless v1 slsa 1 bundle', 'its workflow', 0],
  ['keyless v1 slsa 1 bundle', 'other workflow repository', 1],
  ['keyless v1 slsa 1 bundle', 'key', 1],
  ['keyless v2 slsa 1 bundle', 'release', 0],
  ['keyless v2 slsa 1 bundle', 'release by signed timestamps', 0],
  ['keyless v2 slsa 1 bundle', 'evil', 1],
  ['keyless v2 slsa 1 bundle', 'other root', 1],

  ['keyless slsa 1 legacy', 'release', 0],
  ['keyless slsa 1 legacy', 'release, another type', 1],
  ['keyless slsa 1 legacy', 'release in the old format', 0],
  ['keyless slsa 1 legacy', 'evil', 1],
  ['keyless slsa 1 legacy', 'other issuer', 1],
  ['keyless slsa 1 legacy', 'other root', 1],
  ['keyless slsa 1 legacy', 'identity pattern', 0],
  ['keyless slsa 1 legacy', 'other workflow repository', 1],
  ['keyless slsa 1 legacy', 'key', 1],

  ['evil v1 slsa 1 bundle', 'release', 1],
  ['evil v1 slsa 1 bundle', 'identity pattern', 0],
  ['evil slsa 1 legacy', 'release', 1],
  ['evil and good slsa 1 legacy', 'release', 0],

  ['key slsa 1 bundle in the v1 log', 'key', 0],
  ['key slsa 1 bundle in the v1 log', 'other key', 1],
  ['key slsa 1 bundle in the v1 log', 'release', 1],
  ['key slsa 1 bundle in the v2 log', 'key', 0],
  ['key slsa 1 legacy in the log', 'key', 0],
  ['key slsa 1 legacy in the log', 'other key', 1],
  ['slsa 1 bundle', 'key', 1],
  ['slsa 1 bundle', 'key, log ignored', 0],
  ['slsa 1 legacy', 'key', 1],
  ['slsa 1 legacy', 'key, log ignored', 0],
];

compareVerifyAttestation(
  ['our registry double with referrers', 'distribution v3'],
  ATTESTATION_IMAGES,
  ROWS,
  FLAGS,
);
