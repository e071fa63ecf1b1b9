import { type TrustRefresh, TUF_ROLES, type TufMetadata } from '../../application/ports.ts';
import { ATTRIBUTE, type ItemKey } from '../../contract/table-schema.ts';
import { documentOf, type Item, number, toItem } from './item.ts';

/** As it is stored: JSON knows no bytes. */
type Document = Omit<TrustRefresh, 'metadata'> & {
  readonly metadata: Readonly<Record<string, string>>;
};

/** @throws {StoreError} `TOO_LARGE` */
export function itemOfRefresh(key: ItemKey, { metadata, ...rest }: TrustRefresh): Item {
  const encoded = Object.entries(metadata).map(([role, bytes]) => [
    role,
    Buffer.from(bytes).toString('base64'),
  ]);
  const document: Document = { ...rest, metadata: Object.fromEntries(encoded) };
  return toItem(key, document, { [ATTRIBUTE.rev]: number(rest.rev) });
}

/** @throws {StoreError} `UNKNOWN_VERSION`, `CORRUPT` */
export function refreshOf(item: Item): TrustRefresh {
  const { metadata, ...rest } = documentOf<Document>(
    item,
    ({ rev, metadata: kept }) =>
      String(rev) === item[ATTRIBUTE.rev]?.N && typeof kept === 'object' && kept !== null,
  );
  const known: { -readonly [role in keyof TufMetadata]: TufMetadata[role] } = {};
  for (const role of TUF_ROLES) {
    const text = metadata[role];
    if (typeof text === 'string') known[role] = Buffer.from(text, 'base64');
  }
  return { ...rest, metadata: known };
}
