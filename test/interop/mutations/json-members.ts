import { quoted } from './bytes.ts';
import { atom, escaped, isObject, pickPlace } from './json-places.ts';
import { type Member, type Node, printTree } from './json-tree.ts';
import type { Random } from './random.ts';

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

export function dropMember(tree: Node, random: Random): string | undefined {
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

export function duplicateMember(tree: Node, random: Random): string | undefined {
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

export function renameMember(tree: Node, random: Random): string | undefined {
  const found = pickMember(tree, random);
  if (found === undefined) return undefined;
  const name = random.pick(RENAMES)(found.member.name);
  if (name === found.member.name) return undefined;
  found.member.name = name;
  return `rename ${found.path} to ${name}`;
}

export function addMember(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => node.kind === 'object');
  if (place?.node.kind !== 'object') return undefined;
  const name = random.pick(['surprise', '__proto__', '@type', 'data', 'urls', 'artifactType', '']);
  const value = random.pick(['1', 'null', '"x"', '{}', '[]']);
  place.node.members.splice(random.below(place.node.members.length + 1), 0, {
    ...{ name: JSON.stringify(name), value: atom(value) },
  });
  return `add ${place.path}.${name} = ${value}`;
}

export function reorderMembers(tree: Node, random: Random): string | undefined {
  const place = pickPlace(
    tree,
    random,
    (node) => node.kind === 'object' && node.members.length > 1,
  );
  if (place?.node.kind !== 'object') return undefined;
  place.node.members.reverse();
  return `reverse the members of ${place.path}`;
}
