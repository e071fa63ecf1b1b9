import { describe, expect, it } from '@jest/globals';
import { distinct, first } from '../../../lambda/adapters/dynamodb/hints.ts';

async function* rows(...values: number[]): AsyncGenerator<number> {
  yield* values;
}

describe('distinct', () => {
  it('gives an item once whose old row is still there beside its new one', async () => {
    const found = distinct(rows(1, 2, 1, 3, 2), String);
    expect(await Array.fromAsync(found)).toEqual([1, 2, 3]);
  });
});

describe('first', () => {
  it('reads no further than it must', async () => {
    const source = rows(1, 2, 3);
    expect(await first(source, 2)).toEqual([1, 2]);
    expect((await source.next()).done).toBe(true);
    expect(await first(rows(1), 2)).toEqual([1]);
    expect(await first(rows(1), 0)).toEqual([]);
  });
});
