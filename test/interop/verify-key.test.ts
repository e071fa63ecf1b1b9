import { KEY_IMAGES } from './key-images.ts';
import { ALL_REGISTRIES, compareVerify, type Row } from './parity.ts';

const OURS = '--key ours.pub --insecure-ignore-tlog';
const OTHER = '--key other.pub --insecure-ignore-tlog';
const OLD_ONLY = '--new-bundle-format=false';

const ROWS: readonly Row<keyof typeof KEY_IMAGES>[] = [
  ['unsigned', OURS, 10],
  ['missing', OURS, 11],

  ['bundle', OURS, 0],
  ['bundle', `${OURS} --new-bundle-format=true`, 0],
  ['bundle', `${OURS} ${OLD_ONLY}`, 10],
  ['bundle', OTHER, 1],
  ['bundle of another key', OURS, 1],
  ['bundles of both keys', OURS, 0],
  ['bundles of both keys', OTHER, 0],

  ['legacy', OURS, 0],
  ['legacy', `${OURS} ${OLD_ONLY}`, 0],
  ['legacy', OTHER, 12],
  ['legacy of another key', OURS, 12],
  ['legacy of both keys', OURS, 0],
  ['legacy of both keys', OTHER, 0],

  ['annotated bundle', OURS, 0],
  ['annotated bundle', `${OURS} -a stage=prod`, 0],
  ['annotated bundle', `${OURS} -a stage=prod -a team=a`, 0],
  ['annotated bundle', `${OURS} -a stage=prod -a team=b`, 1],
  ['annotated bundle', `${OURS} -a stage=dev`, 1],
  ['annotated bundle', `${OURS} --annotations other=prod`, 1],
  ['bundle', `${OURS} -a stage=prod`, 1],
  ['annotated legacy', `${OURS} -a stage=prod`, 0],
  ['annotated legacy', `${OURS} -a stage=prod -a team=b`, 12],
  ['annotated legacy', `${OURS} -a stage=dev`, 12],
  ['legacy', `${OURS} -a stage=prod`, 12],

  ['legacy shadowed by a foreign bundle', OURS, 1],
  ['legacy shadowed by a foreign bundle', `${OURS} ${OLD_ONLY}`, 0],
  ['legacy shadowed by a foreign bundle', OTHER, 0],
  ['legacy of another key beside a bundle', OURS, 0],
  ['legacy of another key beside a bundle', `${OURS} ${OLD_ONLY}`, 12],
  ['legacy hidden by an attestation bundle of another key', OURS, 1],
  ['legacy hidden by an attestation bundle of another key', `${OURS} ${OLD_ONLY}`, 0],

  ['attestation bundle only', OURS, 0],
  ['attestation bundle only', OTHER, 1],
  ['attestation bundle only', `${OURS} ${OLD_ONLY}`, 10],
  ['legacy attestation only', OURS, 10],

  ['signed index', OURS, 0],
  ['child of a signed index', OURS, 10],
  ['child of a recursively signed index', OURS, 0],
  ['legacy signed index', OURS, 0],
  ['child of a legacy signed index', OURS, 10],
  ['child of a recursively legacy signed index', OURS, 0],
];

compareVerify(ALL_REGISTRIES, KEY_IMAGES, ROWS);
