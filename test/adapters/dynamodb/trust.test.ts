import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TrustStore } from '../../../lambda/application/ports.ts';
import { KEY } from '../../../lambda/contract/table-schema.ts';
import { digestOf } from '../../../lambda/domain/digest.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
let trust: TrustStore;
beforeEach(async () => {
  on = await startStore();
  trust = on.store.trust;
});
afterEach(() => on.close());

const bytes = (text: string) => Uint8Array.from(Buffer.from(text));

describe('a trust root', () => {
  it('is the one with the highest version', async () => {
    expect(await trust.read('public-good')).toBeUndefined();
    await trust.put('public-good', 9, bytes('nine'));
    await trust.put('public-good', 10, bytes('ten'));
    expect(await trust.read('public-good')).toEqual(bytes('ten'));
  });

  it('may be put again as it is', async () => {
    await trust.put('public-good', 9, bytes('nine'));
    await expect(trust.put('public-good', 9, bytes('nine'))).resolves.toBeUndefined();
  });

  it('cannot be rolled back, nor exchanged under its version', async () => {
    await trust.put('public-good', 9, bytes('nine'));
    for (const [version, text] of [
      [8, 'eight'],
      [9, 'other'],
    ] as const) {
      await expect(trust.put('public-good', version, bytes(text))).rejects.toMatchObject({
        code: 'ROLLBACK',
        temporary: false,
      });
    }
    expect(await trust.read('public-good')).toEqual(bytes('nine'));
  });

  it('that is named by its hash must hash to it', async () => {
    const name = digestOf(bytes('mine'));
    await trust.put(name, 1, bytes('mine'));
    expect(await trust.read(name)).toEqual(bytes('mine'));
    const theirs = { B: bytes('theirs') };
    await on.setItemAttribute(KEY.trustRoot(name, 1), 'bytes', theirs);
    await expect(trust.read(name)).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});
