import { type Change, type Operation, quoted } from './bytes.ts';
import { changeList, growList } from './json-lists.ts';
import {
  addMember,
  dropMember,
  duplicateMember,
  renameMember,
  reorderMembers,
} from './json-members.ts';
import type { Edit } from './json-places.ts';
import { type Node, parseTree, printTree } from './json-tree.ts';
import {
  escapeString,
  moveValue,
  numberAsString,
  replaceValue,
  respellNumber,
  respellString,
} from './json-values.ts';
import type { Random } from './random.ts';

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
  edit(growList),
  edit(growList),
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

export function tryParse(bytes: Buffer): Node | undefined {
  try {
    return parseTree(bytes.toString());
  } catch {
    return undefined;
  }
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
