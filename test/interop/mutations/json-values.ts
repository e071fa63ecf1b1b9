import { quoted } from './bytes.ts';
import { atom, escaped, isNumeric, isString, pickPlace, rawOf } from './json-places.ts';
import type { Node } from './json-tree.ts';
import type { Random } from './random.ts';
import { BASE64_RESPELLINGS, PEM_RESPELLINGS, TEXT_RESPELLINGS } from './texts.ts';

const VALUES = [
  ...['null', '""', '0', '-1', '1', 'true', 'false', '[]', '{}', '"x"', '1.5', '"null"'],
  ...['1e400', '-0', '9007199254740993', '18446744073709551616', `${'9'.repeat(400)}`, '"AAAA"'],
  ...['[null]', '{"":0}', '"0"', '"\\u0000"', '"\\ud800"', `${'['.repeat(200)}${']'.repeat(200)}`],
];

export function replaceValue(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, () => true);
  const raw = random.pick(VALUES);
  if (place === undefined || place.path === '') return undefined;
  place.put(atom(raw));
  return `${place.path} = ${quoted(raw)}`;
}

const NUMBERS: readonly ((digits: string) => string)[] = [
  (digits) => `${digits}.0`,
  (digits) => `${digits}e0`,
  (digits) => `${digits}E+0`,
  (digits) => `${digits}0e-1`,
  (digits) => `0${digits}`,
  (digits) => `+${digits}`,
  (digits) => `-${digits}`,
  (digits) => `"${digits}"`,
  (digits) => `"${digits}.0"`,
  (digits) => `"${digits}e0"`,
  (digits) => `" ${digits}"`,
  (digits) => `"${digits} "`,
  (digits) => `"0${digits}"`,
  (digits) => `"+${digits}"`,
  (digits) => `0x${Number(digits).toString(16)}`,
  (digits) => `${digits}.`,
  (digits) => String(BigInt(digits) + 1n),
  (digits) => String(BigInt(digits) + (1n << 32n)),
  (digits) => String(BigInt(digits) + (1n << 64n)),
  (digits) => `"${BigInt(digits) + (1n << 64n)}"`,
  (digits) => `"${BigInt(digits) + 1n}"`,
  (digits) => `${digits}${'0'.repeat(400)}e-400`,
];

export function respellNumber(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, isNumeric);
  if (place === undefined) return undefined;
  const digits = rawOf(place.node).replaceAll('"', '').replace(/^-/, '');
  if (!/^\d+$/.test(digits)) return undefined;
  const raw = random.pick(NUMBERS)(digits);
  place.put(atom(raw));
  return `${place.path} as ${quoted(raw)}`;
}

export function respellString(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => isString(node) && rawOf(node).length > 2);
  if (place === undefined) return undefined;
  const text: string = JSON.parse(rawOf(place.node));
  const respellings = text.startsWith('-----BEGIN')
    ? PEM_RESPELLINGS
    : /^[A-Za-z0-9+/]{20,}=*$/.test(text) && !random.chance(3)
      ? BASE64_RESPELLINGS
      : TEXT_RESPELLINGS;
  const respelled = random.pick(respellings)(text, random);
  if (respelled === undefined || respelled.text === text) return undefined;
  place.put(atom(JSON.stringify(respelled.text)));
  return `${place.path}: ${respelled.said}`;
}

const ESCAPES: readonly ((raw: string, index: number) => string)[] = [
  (raw, index) => raw.slice(0, index) + escaped(raw.charAt(index)) + raw.slice(index + 1),
  (raw, index) =>
    raw.slice(0, index) +
    escaped(raw.charAt(index)).toUpperCase().replace('U', 'u') +
    raw.slice(index + 1),
  (raw) => raw.replaceAll('/', '\\/'),
  (raw, index) => `${raw.slice(0, index)}\\x41${raw.slice(index)}`,
  (raw, index) => `${raw.slice(0, index)}\\u12${raw.slice(index)}`,
  (raw, index) => `${raw.slice(0, index)}\\ud800${raw.slice(index)}`,
  (raw, index) => `${raw.slice(0, index)}\n${raw.slice(index)}`,
  (raw, index) => `${raw.slice(0, index)}\t${raw.slice(index)}`,
  (raw) => `'${raw.slice(1, -1)}'`,
];

export function escapeString(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => isString(node) && /^"[^\\]+"$/.test(rawOf(node)));
  if (place === undefined) return undefined;
  const raw = rawOf(place.node);
  const changed = random.pick(ESCAPES)(raw, 1 + random.below(raw.length - 2));
  if (changed === raw) return undefined;
  place.put(atom(changed));
  return `${place.path} as ${quoted(changed)}`;
}

export function moveValue(tree: Node, random: Random): string | undefined {
  const [one, two] = [pickPlace(tree, random, isString), pickPlace(tree, random, isString)];
  if (one === undefined || two === undefined || rawOf(one.node) === rawOf(two.node))
    return undefined;
  const [first, second] = [rawOf(one.node), rawOf(two.node)];
  one.put(atom(second));
  two.put(atom(first));
  return `swap ${one.path} and ${two.path}`;
}

export function numberAsString(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => isNumeric(node) || rawOf(node) === 'true');
  if (place === undefined) return undefined;
  const raw = rawOf(place.node);
  const changed = raw.startsWith('"') ? raw.slice(1, -1) : `"${raw}"`;
  place.put(atom(changed));
  return `${place.path} = ${changed}`;
}
