import { BYTE_OPERATIONS, type Change, type Operation } from './bytes.ts';
import type { Content } from './content.ts';
import { CONTENT_OPERATIONS } from './content-operations.ts';
import { DER_OPERATIONS } from './der-operations.ts';
import { EXHIBITS, type Exhibit, OTHER_ROOT, RECORDED } from './exhibits.ts';
import { graft } from './json-lists.ts';
import { JSON_OPERATIONS, tryParse } from './json-operations.ts';
import { printTree } from './json-tree.ts';
import { type Part, type PartKind, partsOf } from './parts.ts';
import { Random } from './random.ts';
import { BASE64_RESPELLINGS, PEM_RESPELLINGS, type Respelling, TEXT_RESPELLINGS } from './texts.ts';

/** A good image with one change. */
export interface MutatedCase {
  /** `<seed>:<number>`: makes the same case again. */
  readonly id: string;
  readonly exhibit: Exhibit;
  /** What was changed: a document within the content. */
  readonly part: string;
  /** How, in words. */
  readonly said: string;
  readonly content: Content;
}

export function mutatedCase(seed: string, number: number): MutatedCase {
  const id = `${seed}:${number}`;
  const random = new Random(id);
  const exhibit = EXHIBITS[number % EXHIBITS.length] ?? random.pick(EXHIBITS);
  for (;;) {
    const mutation = mutate(exhibit.content, random);
    if (mutation !== undefined) return { id, exhibit, ...mutation };
  }
}

/** The trusted root has many parts, and is nobody's to change but the user's. */
function pickPart(content: Content, random: Random): Part {
  const parts = partsOf(content);
  const ofRoot = random.chance(6);
  return random.pick(parts.filter(({ name }) => name.includes('root') === ofRoot));
}

type Mutation = Pick<MutatedCase, 'part' | 'said' | 'content'>;

function mutate(content: Content, random: Random): Mutation | undefined {
  if (random.chance(12)) {
    const change = random.pick(CONTENT_OPERATIONS)(content, random);
    return change && { part: 'content', ...change };
  }
  const part = pickPart(content, random);
  if (random.chance(6)) return transplant(part, content, random);
  const change = changeOf(part, random);
  if (change === undefined || change.bytes.equals(part.bytes)) return undefined;
  return { part: part.name, said: change.said, content: part.put(change.bytes) };
}

/** The attack: something good of another image, or of another signer, in the place of this one's. */
function transplant(part: Part, content: Content, random: Random): Mutation | undefined {
  if (part.name.startsWith('root: ') || part.name === 'trusted root') {
    return {
      part: 'trusted root',
      said: 'of another Sigstore',
      content: { ...content, trustedRoot: OTHER_ROOT },
    };
  }
  const [name, donor] = random.pick([...RECORDED]);
  const found = partsOf(donor).find(
    (other) => other.name === part.name && other.kind === part.kind,
  );
  if (found === undefined || found.bytes.equals(part.bytes)) return undefined;
  const said = `of "${name}"`;
  if (part.kind !== 'json' || random.chance(2)) {
    return { part: part.name, said, content: part.put(found.bytes) };
  }
  const [tree, theirs] = [tryParse(part.bytes), tryParse(found.bytes)];
  const added = tree && theirs && graft(tree, theirs, random);
  if (tree === undefined || added === undefined) return undefined;
  const bytes = Buffer.from(printTree(tree));
  return { part: part.name, said: `${added} ${said}`, content: part.put(bytes) };
}

const OPERATIONS: Readonly<Record<PartKind, readonly Operation[]>> = {
  json: JSON_OPERATIONS,
  der: DER_OPERATIONS,
  pem: respelling(PEM_RESPELLINGS),
  base64: respelling(BASE64_RESPELLINGS),
  text: respelling(TEXT_RESPELLINGS),
};

function changeOf(part: Part, random: Random): Change | undefined {
  const operations = random.chance(4) ? BYTE_OPERATIONS : OPERATIONS[part.kind];
  return random.pick(operations)(part.bytes, random);
}

function respelling(respellings: readonly Respelling[]): Operation[] {
  return respellings.map((respell) => (bytes, random) => {
    const respelled = respell(bytes.toString(), random);
    return respelled && { bytes: Buffer.from(respelled.text), said: respelled.said };
  });
}
