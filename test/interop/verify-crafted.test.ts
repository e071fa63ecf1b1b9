import { CRAFTED_BUNDLES } from './crafted-bundles.ts';
import { CRAFTED_LEGACY } from './crafted-legacy.ts';
import { compareVerify, type Row } from './parity.ts';

const IMAGES = { ...CRAFTED_BUNDLES, ...CRAFTED_LEGACY };
const OURS = '--key ours.pub --insecure-ignore-tlog';
const OTHER = '--key other.pub --insecure-ignore-tlog';

const ROWS: readonly Row<keyof typeof IMAGES>[] = [
  ['crafted bundle', OURS, 0],
  ['crafted bundle', OTHER, 1],
  ['compressed bundle', OURS, 0],
  ['bundle without artifact type', OURS, 0],
  ['bundle whose second subject is the image', OURS, 0],
  ['bundle with a strange statement type', OURS, 0],
  ['bundle with the statement type of older clients', OURS, 0],
  ['bundle without predicate type', OURS, 0],
  ['older bundle beside a good legacy signature', OURS, 0],
  ['unrelated referrer beside a good bundle', OURS, 0],

  ['bundle with an older media type', OURS, 10],
  ['bundle with an unknown member', OURS, 10],
  ['bundle with a message signature', OURS, 1],
  ['bundle in a layer of another type', OURS, 10],
  ['bundle beside a second layer', OURS, 10],
  ['bundle of another payload type', OURS, 1],
  ['bundle of an uppercase digest', OURS, 1],
  ['bundle of a sha512 digest only', OURS, 1],
  ['bundle without a digest', OURS, 1],
  ['bundle without subjects', OURS, 1],
  ['bundle of another image', OURS, 1],
  ['bundle with a changed payload', OURS, 1],
  ['bundle that is not JSON', OURS, 10],
  ['unrelated referrer only', OURS, 10],

  ['crafted legacy', OURS, 0],
  ['crafted legacy', OTHER, 12],
  ['legacy naming another repository', OURS, 0],
  ['legacy of another type', OURS, 0],
  ['legacy in a layer of another type', OURS, 0],
  ['bad and good legacy on one payload', OURS, 0],
  ['legacy whose base64 has a newline', OURS, 0],
  ['legacy with a repeated member', OURS, 0],
  ['legacy with members in another case', OURS, 0],
  ['legacy tag that is an index', OURS, 0],

  ['legacy for another image', OURS, 12],
  ['legacy copied from another image', OURS, 12],
  ['legacy with a repeated member, ours first', OURS, 12],
  ['legacy of an uppercase digest', OURS, 12],
  ['legacy with unpadded base64', OURS, 12],
  ['legacy with url-safe base64', OURS, 12],
  ['legacy with bytes after the signature', OURS, 12],
  ['legacy without the annotation', OURS, 12],
  ['legacy with an empty annotation', OURS, 12],
  ['legacy that signs another payload', OURS, 12],
  ['legacy whose payload is not JSON', OURS, 12],
  ['legacy of 1001 layers', OURS, 1],
  ['legacy without layers', OURS, 10],
];

compareVerify(['distribution v3', 'go-containerregistry with referrers'], IMAGES, ROWS);
