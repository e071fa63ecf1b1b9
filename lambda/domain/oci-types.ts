import { isDigest } from './digest.ts';
import { isObject } from './strict-json.ts';
import { type Check, integer, object, optional, string, stringMap, strings } from './typed-json.ts';

/** A digest that is there is one, also where `null` would do for other members. */
const digest: Check = (value) => value === undefined || isDigest(value);

/** Bytes, as Go reads them: padded standard base64, line breaks ignored. */
const base64 = optional(
  (value) =>
    typeof value === 'string' &&
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
      value.replace(/[\r\n]/g, ''),
    ),
);

const platform = object({
  architecture: string,
  os: string,
  'os.version': string,
  'os.features': strings,
  variant: string,
  features: strings,
});

const descriptor = object({
  mediaType: string,
  size: integer,
  digest,
  data: base64,
  urls: strings,
  annotations: stringMap,
  platform,
  artifactType: string,
});

const descriptors = optional((value) => Array.isArray(value) && value.every(descriptor));

const common = {
  schemaVersion: integer,
  mediaType: string,
  annotations: stringMap,
  subject: descriptor,
  artifactType: string,
};

/** Whether every member that an image manifest may have is of its type (image-spec, manifest.md). */
export function isTypedManifest(value: unknown): boolean {
  return isObject(value) && MANIFEST(value);
}

const MANIFEST = object({ ...common, config: descriptor, layers: descriptors });

/** The same of an image index (image-spec, image-index.md), such as a listing of referrers. */
export function isTypedIndex(value: unknown): boolean {
  return isObject(value) && INDEX(value);
}

const INDEX = object({ ...common, manifests: descriptors });
