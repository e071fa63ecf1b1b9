import { isDigest } from './digest.ts';
import { isObject } from './strict-json.ts';

/**
 * The types of image-spec's documents, as typed readers enforce them (go-containerregistry, and so
 * cosign). They refuse a whole document for one member of a wrong type and find members whatever
 * their case; a reader that looks only at what it needs would see something where they see nothing.
 */
type Check = (value: unknown) => boolean;

/** `null` is an absent member everywhere. */
const optional =
  (check: Check): Check =>
  (value) =>
    value == null || check(value);
const text = optional((value) => typeof value === 'string');
const integer = optional(Number.isSafeInteger);
const texts = optional((value) => Array.isArray(value) && value.every(text));
const textMap = optional((value) => isObject(value) && Object.values(value).every(text));

/** A digest that is there is one, also where `null` would do for other members. */
const digest: Check = (value) => value === undefined || isDigest(value);

function object(members: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(members);
  const known = new Map(checks.map(([name]) => [folded(name), name]));
  return optional((value) => {
    if (!isObject(value)) return false;
    // Attack: `Layers` beside `layers`, of which some readers take the former.
    const spelled = Object.keys(value).every((name) => (known.get(folded(name)) ?? name) === name);
    const own = (name: string) => (Object.hasOwn(value, name) ? value[name] : undefined);
    return spelled && checks.every(([name, check]) => check(own(name)));
  });
}

/** Unicode folds the Kelvin sign and the long s, too. */
function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

const platform = object({
  architecture: text,
  os: text,
  'os.version': text,
  'os.features': texts,
  variant: text,
  features: texts,
});

const descriptor = object({
  mediaType: text,
  size: integer,
  digest,
  data: text,
  urls: texts,
  annotations: textMap,
  platform,
  artifactType: text,
});

const descriptors = optional((value) => Array.isArray(value) && value.every(descriptor));

const common = {
  schemaVersion: integer,
  mediaType: text,
  annotations: textMap,
  subject: descriptor,
  artifactType: text,
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
