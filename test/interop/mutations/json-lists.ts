import { dropMember } from './json-members.ts';
import { atom, pickPlace, placesOf } from './json-places.ts';
import { type Node, parseTree, printTree } from './json-tree.ts';
import { replaceValue, respellNumber, respellString } from './json-values.ts';
import type { Random } from './random.ts';

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

export function changeList(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => node.kind === 'list');
  if (place?.node.kind !== 'list') return undefined;
  const which = random.below(LISTS.length);
  place.node.items = LISTS[which]?.(place.node.items) ?? [];
  return `${place.path}: change ${which} of the list`;
}

/** Attack: one more of what is there, which differs: is each looked at, or the first, or the last? */
export function growList(tree: Node, random: Random): string | undefined {
  const place = pickPlace(tree, random, (node) => node.kind === 'list' && node.items.length > 0);
  if (place?.node.kind !== 'list') return undefined;
  const { items } = place.node;
  const more = parseTree(printTree(random.pick(items)));
  const edit = random.pick([dropMember, replaceValue, respellNumber, respellString]);
  const said = edit(more, random);
  if (said === undefined) return undefined;
  items.splice(random.chance(2) ? 0 : items.length, 0, more);
  return `${place.path}: one more, ${said}`;
}

/** Attack: something good of another document where this one has none, or more of it. */
export function graft(tree: Node, donor: Node, random: Random): string | undefined {
  const theirs = new Map(placesOf(donor).map(({ path, node }) => [path, node]));
  const place = pickPlace(tree, random, (node) => node.kind !== 'atom');
  const found = place && theirs.get(place.path);
  if (place?.node.kind === 'list' && found?.kind === 'list' && found.items.length > 0) {
    const where = random.chance(2) ? 0 : place.node.items.length;
    place.node.items.splice(where, 0, random.pick(found.items));
    return `${place.path}: one more at ${where}`;
  }
  if (place?.node.kind !== 'object' || found?.kind !== 'object') return undefined;
  const { members } = place.node;
  const missing = found.members.filter(({ name }) => !members.some((own) => own.name === name));
  if (missing.length === 0) return undefined;
  const member = random.pick(missing);
  members.push(member);
  return `add ${place.path}.${JSON.parse(member.name)}`;
}
