import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TrustRefresh, TrustStore } from '../../../lambda/application/ports.ts';
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

  it('says when its repository last confirmed it', async () => {
    const [then, now] = ['2026-03-19T03:00:00.000Z', '2026-03-20T03:00:00.000Z'];
    await trust.put('public-good', 9, bytes('nine'));
    expect(await trust.refreshedAt?.('public-good')).toBeUndefined();
    await trust.put('public-good', 9, bytes('nine'), then);
    expect(await trust.refreshedAt?.('public-good')).toBe(then);
    await trust.put('public-good', 10, bytes('ten'), now);
    expect(await trust.refreshedAt?.('public-good')).toBe(now);
    await trust.put('public-good', 10, bytes('ten'));
    expect(await trust.refreshedAt?.('public-good')).toBe(now);
    expect(await trust.read('public-good')).toEqual(bytes('ten'));
  });
});

describe('what a refresh left behind', () => {
  const at = '2026-03-19T03:00:00.000Z';
  const record = (rev: number, text = 'x'): TrustRefresh => ({
    v: 1,
    rev,
    triedAt: at,
    metadata: { root: bytes(text), timestamp: bytes('t') },
  });

  it('is there again as it was, and is no root', async () => {
    expect(await trust.refresh('public-good')).toBeUndefined();
    const metadata = { root: Buffer.from([0xff, 0, 1]), targets: Buffer.from('{}') };
    const full = { ...record(1), refreshedAt: at, problem: 'offline', metadata };
    expect(await trust.writeRefresh('public-good', full, 'absent')).toBe('done');
    expect(await trust.refresh('public-good')).toEqual(full);
    expect(await trust.read('public-good')).toBeUndefined();
  });

  it('is not overwritten by who has not read it', async () => {
    expect(await trust.writeRefresh('public-good', record(1), 'absent')).toBe('done');
    expect(await trust.writeRefresh('public-good', record(1, 'y'), 'absent')).toBe('conflict');
    expect(await trust.writeRefresh('public-good', record(2), 1)).toBe('done');
    expect(await trust.writeRefresh('public-good', record(2, 'y'), 1)).toBe('conflict');
    expect((await trust.refresh('public-good'))?.metadata.root).toEqual(Buffer.from('x'));
  });

  it('that is not one is an error, never no metadata', async () => {
    await trust.writeRefresh('public-good', record(1), 'absent');
    await on.setItemAttribute(KEY.trustRefresh('public-good'), 'doc', { S: '{"rev":1}' });
    await expect(trust.refresh('public-good')).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});
