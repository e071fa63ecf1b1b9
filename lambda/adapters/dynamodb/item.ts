import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ATTRIBUTE, type ItemKey } from '../../contract/table-schema.ts';
import { StoreError } from './errors.ts';

export type Item = Record<string, AttributeValue>;

/** Major version of everything this program writes. */
const VERSION = 1;

/** DynamoDB's limit on an item, in bytes, less what attribute names and keys of ours can take. */
const ITEM_BYTES = 400 * 1024 - 8 * 1024;

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
  if (Buffer.byteLength(doc) > ITEM_BYTES) {
    throw new StoreError(
      'TOO_LARGE',
      `item ${key.pk} has ${Buffer.byteLength(doc)} bytes: expected at most ${ITEM_BYTES}`,
    );
  }
  return {
    ...keyOf(key),
    [ATTRIBUTE.version]: number(VERSION),
    [ATTRIBUTE.doc]: text(doc),
    ...attributes,
  };
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
    const found: unknown = JSON.parse(textOf(item, ATTRIBUTE.doc) ?? '');
    if (typeof found === 'object' && found !== null && belongs(found as T)) return found as T;
  } catch (cause) {
    throw new StoreError('CORRUPT', `${where} is not JSON`, cause);
  }
  throw new StoreError('CORRUPT', `${where} is not the document of that key`);
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
