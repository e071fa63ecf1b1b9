import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ATTRIBUTE, type ItemKey } from '../../contract/table-schema.ts';
import { StoreError } from './errors.ts';

export type Item = Record<string, AttributeValue>;

/** Major version of everything this program writes. */
const VERSION = 1;

/** DynamoDB's limit on an item, in bytes, less what attribute names and keys of ours can take. */
const ITEM_BYTES = 400 * 1024 - 8 * 1024;

/** Shorter documents are better read by people, and cost no less. */
const WORTH_PACKING = 1024;
/** A unit is far smaller, whatever it holds. */
const MOST_UNPACKED = 2 * 1024 * 1024;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

export function keyOf(key: ItemKey): Item {
  return { [ATTRIBUTE.pk]: text(key.pk), [ATTRIBUTE.sk]: text(key.sk) };
}

export function textOf(item: Item, attribute: string): string | undefined {
  return item[attribute]?.S;
}

export function numberOf(item: Item, attribute: string): number | undefined {
  const found = item[attribute]?.N;
  return found === undefined ? undefined : Number(found);
}

/** One text per item, to tell items apart in a map. */
export function idOf(item: Item): string {
  return `${textOf(item, ATTRIBUTE.pk)}\n${textOf(item, ATTRIBUTE.sk)}`;
}

/**
 * The item of a document. The document is one JSON text, because a hundred of them are read at a
 * time and DynamoDB's own encoding of nested values is several times as long and as slow.
 *
 * @throws {StoreError} `TOO_LARGE`: before anything is sent.
 */
export function toItem(key: ItemKey, document: unknown, attributes: Item = {}): Item {
  const doc = JSON.stringify(document);
  checkSize(key, Buffer.byteLength(doc));
  return item(key, { [ATTRIBUTE.doc]: text(doc), ...attributes });
}

/**
 * The same for what is long, says the same again and again, and is read all the time: DynamoDB bills
 * reads by the size of the item.
 *
 * @throws {StoreError} `TOO_LARGE`
 */
export function toPackedItem(key: ItemKey, document: unknown): Item {
  const doc = JSON.stringify(document);
  if (doc.length < WORTH_PACKING) return toItem(key, document);
  const packed = deflateRawSync(doc);
  checkSize(key, packed.length);
  return item(key, { [ATTRIBUTE.packed]: { B: packed } });
}

function item(key: ItemKey, attributes: Item): Item {
  return { ...keyOf(key), [ATTRIBUTE.version]: number(VERSION), ...attributes };
}

function checkSize(key: ItemKey, bytes: number): void {
  if (bytes <= ITEM_BYTES) return;
  throw new StoreError(
    'TOO_LARGE',
    `item ${key.pk} has ${bytes} bytes: expected at most ${ITEM_BYTES}`,
  );
}

/**
 * The document of an item; what it has beyond what this program knows is left as it is.
 * `belongs` says whether it is the document of the key under which it was found.
 *
 * @throws {StoreError} `UNKNOWN_VERSION`, `CORRUPT`.
 */
export function documentOf<T extends object>(item: Item, belongs: (found: T) => boolean): T {
  const version = numberOf(item, ATTRIBUTE.version);
  const where = `item ${idOf(item).replace('\n', ' / ')}`;
  if (version !== VERSION) {
    throw new StoreError(
      'UNKNOWN_VERSION',
      `${where} has version ${version ?? 'none'}: this program knows ${VERSION}`,
    );
  }
  try {
    const found: unknown = JSON.parse(contentOf(item));
    if (typeof found === 'object' && found !== null && belongs(found as T)) return found as T;
  } catch (cause) {
    throw new StoreError('CORRUPT', `${where} is not JSON`, cause);
  }
  throw new StoreError('CORRUPT', `${where} is not the document of that key`);
}

/** Attack: who can write to the table puts an item of a few bytes that unpacks to gigabytes. */
function contentOf(item: Item): string {
  const packed = item[ATTRIBUTE.packed]?.B;
  if (packed === undefined) return textOf(item, ATTRIBUTE.doc) ?? '';
  return inflateRawSync(packed, { maxOutputLength: MOST_UNPACKED }).toString();
}

/** Like {@link documentOf}; undefined where one unreadable item must not hide the others. */
export function documentIfReadable<T extends object>(
  item: Item,
  belongs: (found: T) => boolean,
): T | undefined {
  try {
    return documentOf(item, belongs);
  } catch {
    return undefined;
  }
}
