import { isObject } from './strict-json.ts';

/**
 * JSON as typed readers take it (Go's encoding/json, and so go-containerregistry and cosign): they
 * refuse a whole document for one member of a wrong type, and find members whatever their case. A
 * reader that looks only at what it needs would see something where they see nothing, or something
 * else.
 */
export type Check = (value: unknown) => boolean;

/** `null` is an absent member everywhere. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value == null || check(value);
export const anyValue: Check = () => true;
export const string = optional((value) => typeof value === 'string');
/** Where `1.0` and `1e0` are not 1, that is for the parser to say. */
export const integer = optional(Number.isSafeInteger);
export const strings = optional((value) => Array.isArray(value) && value.every(string));
export const stringMap = optional((value) => isObject(value) && Object.values(value).every(string));

export function object(members: Readonly<Record<string, Check>>): Check {
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
