import { type Change, type Operation, quoted } from './bytes.ts';
import { type Member, type Node, parseTree, printTree } from './json-tree.ts';
import type { Random } from './random.ts';
import { BASE64_RESPELLINGS, PEM_RESPELLINGS, TEXT_RESPELLINGS } from './texts.ts';

type Edit = (tree: Node, random: Random) => string | undefined;

/** JSON with one thing changed, somewhere in it. */
export const JSON_OPERATIONS: readonly Operation[] = [
  edit(dropMember),
  edit(duplicateMember),
  edit(duplicateMember),
  edit(renameMember),
  edit(renameMember),
  edit(addMember),
  edit(reorderMembers),
  edit(replaceValue),
  edit(replaceValue),
  edit(replaceValue),
  edit(respellNumber),
  edit(respellNumber),
  edit(respellString),
  edit(respellString),
  edit(respellString),
  edit(escapeString),
  edit(moveValue),
  edit(changeList),
  edit(changeList),
  edit(numberAsString),
  respace,
];

function edit(change: Edit): Operation {
  return (bytes, random) => {
    const tree = tryParse(bytes);
    const said = tree === undefined ? undefined : change(tree, random);
    if (tree === undefined || said === undefined) return undefined;
    return { bytes: Buffer.from(printTree(tree)), said };
  };
}

function tryParse(bytes: Buffer): Node | undefined {
  try {
    return parseTree(bytes.toString());
  } catch {
    return undefined;
  }
}

interface Place {
  readonly path: string;
  readonly node: Node;
  readonly put: (node: Node) => void;
}

function placesOf(node: Node, path = '', put: Place['put'] = () => {}): Place[] {
  const own = { path, node, put };
  if (node.kind === 'list') {
    const below = node.items.flatMap((item, index) =>
      placesOf(item, `${path}[${index}]`, (changed) => {
        node.items[index] = changed;
      }),
    );
    return [own, ...below];
  }
  if (node.kind === 'atom') return [own];
  const below = node.members.flatMap((member) =>
    placesOf(member.value, `${path}.${JSON.parse(member.name)}`, (changed) => {
      member.value = changed;
    }),
  );
  return [own, ...below];
}

function pickPlace(tree: Node, random: Random, wanted: (node: Node) => boolean): Place | undefined {
  const places = placesOf(tree).filter(({ node }) => wanted(node));
  return places.length === 0 ? undefined : random.pick(places);
}

const isObject = (node: Node) => node.kind === 'object' && node.members.length > 0;
const isString = (node: Node) => node.kind === 'atom' && node.raw.startsWith('"');
const isNumber = (node: Node) => node.kind === 'atom' && /^-?\d/.test(node.raw);
/** protobuf's JSON writes 64-bit numbers as strings. */
const isNumeric = (node: Node) => isNumber(node) || (isString(node) && /^"\d+"$/.test(rawOf(node)));

function rawOf(node: Node): string {
  return node.kind === 'atom' ? node.raw : '';
}

function pickMember(
  tree: Node,
  random: Random,
): { members: Member[]; index: number; member: Member; path: string } | undefined {
  const place = pickPlace(tree, random, isObject);
  if (place?.node.kind !== 'object') return undefined;
  const { members } = place.node;
  const index = random.below(members.length);
  const member = members[index];
  if (member === undefined) return undefined;
  return { members, index, member, path: `${place.path}.${JSON.parse(member.name)}` };
}

function dropMember(tree: Node, random: Random): string | undefined {
  const found = pickMember(tree, random);
  found?.members.splice(found.index, 1);
  return found && `drop ${found.path}`;
}

/** What a reader of the other one sees. */
const SECOND: readonly ((value: Node) => Node)[] = [
  (value) => value,
  () => atom('null'),
  () => atom('""'),
  () => atom('0'),
  () => ({ kind: 'object', members: [] }),
  () => ({ kind: 'list', items: [] }),
];

function duplicateMember(tree: Node, random: Random): string | undefined {
  const found = pickMember(tree, random);
  if (found === undefined) return undefined;
  const { members, index, member, path } = found;
  const value = random.pick(SECOND)(member.value);
  const name = random.chance(3) ? capitalised(member.name) : member.name;
  const before = random.chance(2);
  members.splice(before ? index : members.length, 0, { name, value });
  return `${name} again ${before ? 'before' : 'after'} ${path}, as ${quoted(printTree(value))}`;
}

function capitalised(name: string): string {
  return name.replace(/[a-z]/, (letter) => letter.toUpperCase());
}

const RENAMES: readonly ((name: string) => string)[] = [
  capitalised,
  (name) => name.toUpperCase(),
  (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  (name) => name.replace(/k/, '\u212a').replace(/s/, '\u017f'),
  (name) => name.replace(/"(.)/, (_, first: string) => `"${escaped(first)}`),
  (name) => name.replace(/^"/, '" '),
  (name) => name.replace(/"$/, 'x"'),
  () => '""',
];

function renameMember(tree: Node, random: Random): string | undefined {
  const found = pickMember(tree, random);
  if (found === undefined) return undefined;
  const name = random.pick(RENAMES)(found.member.name);
  if (name === found.member.name) return undefined;
  found.member.name = name;
  return `rename ${found.path} to ${name}`;
}

function addMember(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => node.kind === 'object');
  if (place?.node.kind !== 'object') return undefined;
  const name = random.pick(['surprise', '__proto__', '@type', 'data', 'urls', 'artifactType', '']);
  const value = random.pick(['1', 'null', '"x"', '{}', '[]']);
  place.node.members.splice(random.below(place.node.members.length + 1), 0, {
    ...{ name: JSON.stringify(name), value: atom(value) },
  });
  return `add ${place.path}.${name} = ${value}`;
}

function reorderMembers(tree: Node, random: Random): string | undefined {
  const place = pickPlace(
    tree,
    random,
    (node) => node.kind === 'object' && node.members.length > 1,
  );
  if (place?.node.kind !== 'object') return undefined;
  place.node.members.reverse();
  return `reverse the members of ${place.path}`;
}

const VALUES = [
  ...['null', '""', '0', '-1', '1', 'true', 'false', '[]', '{}', '"x"', '1.5', '"null"'],
  ...['1e400', '-0', '9007199254740993', '18446744073709551616', `${'9'.repeat(400)}`, '"AAAA"'],
  ...['[null]', '{"":0}', '"0"', '"\\u0000"', '"\\ud800"', `${'['.repeat(200)}${']'.repeat(200)}`],
];

function replaceValue(tree: Node, random: Random): string | undefined {
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

function respellNumber(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, isNumeric);
  if (place === undefined) return undefined;
  const digits = rawOf(place.node).replaceAll('"', '').replace(/^-/, '');
  if (!/^\d+$/.test(digits)) return undefined;
  const raw = random.pick(NUMBERS)(digits);
  place.put(atom(raw));
  return `${place.path} as ${quoted(raw)}`;
}

function respellString(tree: Node, random: Random): string | undefined {
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

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
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

function escapeString(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => isString(node) && /^"[^\\]+"$/.test(rawOf(node)));
  if (place === undefined) return undefined;
  const raw = rawOf(place.node);
  const changed = random.pick(ESCAPES)(raw, 1 + random.below(raw.length - 2));
  if (changed === raw) return undefined;
  place.put(atom(changed));
  return `${place.path} as ${quoted(changed)}`;
}

function moveValue(tree: Node, random: Random): string | undefined {
  const [one, two] = [pickPlace(tree, random, isString), pickPlace(tree, random, isString)];
  if (one === undefined || two === undefined || rawOf(one.node) === rawOf(two.node))
    return undefined;
  const [first, second] = [rawOf(one.node), rawOf(two.node)];
  one.put(atom(second));
  two.put(atom(first));
  return `swap ${one.path} and ${two.path}`;
}

const LISTS: readonly ((items: Node[]) => Node[])[] = [
  (items) => [...items, ...items.slice(0, 1)],
  (items) => items.toReversed(),
  (items) => items.slice(1),
  (items) => items.slice(0, -1),
  (items) => [{ kind: 'list', items }],
  (items) => [...items, atom('null')],
  (items) => [atom('null'), ...items],
  (items) => [...items, { kind: 'object', members: [] }],
  (items) => [{ kind: 'object', members: [] }, ...items],
  (items) => Array.from({ length: 40 }, () => items).flat(),
];

function changeList(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => node.kind === 'list');
  if (place?.node.kind !== 'list') return undefined;
  const which = random.below(LISTS.length);
  place.node.items = LISTS[which]?.(place.node.items) ?? [];
  return `${place.path}: change ${which} of the list`;
}

function numberAsString(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => isNumeric(node) || rawOf(node) === 'true');
  if (place === undefined) return undefined;
  const raw = rawOf(place.node);
  const changed = raw.startsWith('"') ? raw.slice(1, -1) : `"${raw}"`;
  place.put(atom(changed));
  return `${place.path} = ${changed}`;
}

/** White space changes no meaning, but what it is allowed to be differs. */
function respace(bytes: Buffer, random: Random): Change | undefined {
  const text = bytes.toString();
  const space = random.pick([' ', '\n', '\r\n', '\t', '\f', '\v', '\u00a0', '\u2028', '/**/', ',']);
  const marks = [...text.matchAll(/[{}[\],]/g)];
  const at = marks.length === 0 ? undefined : random.pick(marks).index;
  if (at === undefined) return undefined;
  const changed = `${text.slice(0, at + 1)}${space}${text.slice(at + 1)}`;
  return { bytes: Buffer.from(changed), said: `${quoted(space)} after byte ${at}` };
}

function atom(raw: string): Node {
  return { kind: 'atom', raw };
}
