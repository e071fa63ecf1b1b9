interface Entry {
  readonly validFor?: object;
  readonly publicKey?: { readonly validFor: object };
}

type Root = Readonly<Record<(typeof LISTS)[number], readonly Entry[]>>;

const LISTS = ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'] as const;

/**
 * The `trusted_root.json` of an instance that replaced all its keys at that time: the old ones are
 * listed with their end, so that what they signed before still verifies.
 */
export function rotatedRoot(old: Uint8Array, at: Date, next: Uint8Array): Uint8Array {
  const [before, after] = [old, next].map((bytes) => JSON.parse(Buffer.from(bytes).toString()));
  const lists = LISTS.map((list) => [
    list,
    [...(before as Root)[list].map((entry) => ended(entry, at)), ...(after as Root)[list]],
  ]);
  return Buffer.from(JSON.stringify({ ...after, ...Object.fromEntries(lists) }));
}

function ended({ publicKey, validFor, ...rest }: Entry, at: Date): Entry {
  const end = at.toISOString();
  return {
    ...rest,
    ...(publicKey && { publicKey: { ...publicKey, validFor: { ...publicKey.validFor, end } } }),
    ...(validFor && { validFor: { ...validFor, end } }),
  };
}
