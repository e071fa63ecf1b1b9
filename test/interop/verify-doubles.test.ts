import { DOUBLE_IMAGES } from './double-images.ts';
import { RELEASE as SIGNER } from './images.ts';
import { compareVerify, type Row } from './parity.ts';

const ROOT = '--trusted-root root.json';
const RELEASE = `${ROOT} --certificate-identity ${SIGNER.identity} --certificate-oidc-issuer ${SIGNER.issuer}`;

const FLAGS = {
  release: RELEASE,
  'release by signed timestamps': `${RELEASE} --use-signed-timestamps`,
  'release, stage=prod': `${RELEASE} -a stage=prod`,
  'release, stage=dev': `${RELEASE} -a stage=dev`,
  evil: RELEASE.replace('heads/main', 'heads/main-evil'),
  'other root': RELEASE.replace('root.json', 'other-root.json'),
  key: `${ROOT} --key ours.pub`,
  'key, log ignored': '--key ours.pub --insecure-ignore-tlog',
  'other key': `${ROOT} --key other.pub`,
} as const;

const ROWS: readonly Row<keyof typeof DOUBLE_IMAGES, keyof typeof FLAGS>[] = [
  ['our v1 bundle', 'release', 0],
  ['our v1 bundle', 'evil', 1],
  ['our v1 bundle', 'other root', 1],
  ['our v1 bundle', 'release by signed timestamps', 1],
  ['our v1 bundle with timestamp', 'release by signed timestamps', 0],
  ['our v2 bundle', 'release', 0],
  ['our v2 bundle', 'evil', 1],
  ['our annotated bundle', 'release, stage=prod', 0],
  ['our annotated bundle', 'release, stage=dev', 1],
  ['our keyless legacy', 'release', 0],
  ['our keyless legacy', 'evil', 12],
  ['our keyless legacy', 'other root', 12],
  ['our annotated legacy', 'release, stage=prod', 0],
  ['our annotated legacy', 'release, stage=dev', 12],
  ['our key bundle', 'key', 0],
  ['our key bundle', 'other key', 1],
  ['our key bundle in the v2 log', 'key', 0],
  ['our key bundle without log', 'key', 1],
  ['our key bundle without log', 'key, log ignored', 0],
  ['our key legacy', 'key', 0],
  ['our key legacy', 'other key', 12],
  ['our key legacy without log', 'key', 12],
  ['our key legacy without log', 'key, log ignored', 0],
  ['our attestation only', 'release', 0],
];

compareVerify(
  ['our registry double with referrers', 'distribution v3'],
  DOUBLE_IMAGES,
  ROWS,
  FLAGS,
);
