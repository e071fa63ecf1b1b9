import { describe, expect, it } from '@jest/globals';
import {
  describeTable,
  INDEX_KEY,
  KEY,
  padded,
  SHARDS,
  shardOf,
} from '../../lambda/contract/table-schema.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the keys', () => {
  it('are those of the public contract', () => {
    expect(KEY.watch('acme')).toEqual({ pk: `WATCH#${shardOf('acme')}`, sk: 'acme' });
    expect(KEY.policy('ab')).toEqual({ pk: 'POLICY#ab', sk: 'POLICY' });
    expect(KEY.unit({ lane: 'ghcr.io', every: 60, slot: 7, id: 'u' })).toEqual({
      pk: 'DUE#ghcr.io#60',
      sk: '0007#u',
    });
    expect(KEY.state('ghcr.io/a:1')).toEqual({ pk: 'STATE#ghcr.io/a:1', sk: 'STATE' });
    expect(KEY.event('ghcr.io/a:1', 17)).toEqual({
      pk: 'TAG#ghcr.io/a:1',
      sk: 'EVENT#0000000017',
    });
    expect(KEY.sighting(digest, 'ghcr.io/a:1', 17)).toEqual({
      pk: `DIGEST#${digest}`,
      sk: 'ghcr.io/a:1#0000000017',
    });
    expect(KEY.receipt('T', 'job', 100)).toEqual({ pk: 'JOB#T', sk: 'job/000100' });
    expect(KEY.run('2026-03-19T03:12:00.000Z')).toEqual({
      pk: 'RUN#2026-03-19',
      sk: '2026-03-19T03:12:00.000Z',
    });
    expect(KEY.lane('ghcr.io')).toEqual({ pk: 'LANE#ghcr.io', sk: 'LANE' });
    expect(KEY.trustRoot('public-good', 12)).toEqual({ pk: 'TRUST#public-good', sk: '0000000012' });
    expect(KEY.trustRefresh('public-good')).toEqual({
      pk: 'TRUST#refresh#public-good',
      sk: 'REFRESH',
    });
  });

  it('are in the order of their numbers', () => {
    const numbers = [0, 1, 9, 10, 99, 123_456, 9_999_999_999];
    const texts = numbers.map((number) => padded(number, 10));
    expect(texts.toSorted()).toEqual(texts);
  });
});

describe('the keys of the indexes', () => {
  it('put a time below its own limit and above that of any earlier one', () => {
    const [before, at] = ['2026-03-19T03:12:00.000Z', '2026-03-19T03:12:00.001Z'];
    expect(INDEX_KEY.at(at, 9_999_999_999, 'z') < INDEX_KEY.until(at)).toBe(true);
    expect(INDEX_KEY.at(at, 0, 'a') > INDEX_KEY.until(before)).toBe(true);
    expect(INDEX_KEY.timeOf(INDEX_KEY.at(at, 3, 'a'))).toBe(at);
  });

  it('spread over all shards', () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 8000; i++) {
      const shard = shardOf(`ghcr.io/acme/app${i % 90}:1.${i}`);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(Array.from({ length: SHARDS }, (_, i) => i));
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });
});

describe('the table', () => {
  const table = describeTable('t');

  it('projects keys only, so that a row of an index stays under 500 bytes', () => {
    const tagKey = `registry.corp.example:5000/${'team/'.repeat(12)}application:${'1'.repeat(40)}`;
    const { pk, sk } = KEY.event(tagKey, 1);
    const at = '2026-03-19T03:12:00.000Z';
    const row = [pk, sk, INDEX_KEY.feed(at.slice(0, 10), 7), INDEX_KEY.at(at, 1, tagKey)];
    const names = 'pk sk feedShard feedAt'.length;
    expect(row.join('').length + names).toBeLessThan(500);
    const indexes = [...table.GlobalSecondaryIndexes, ...table.LocalSecondaryIndexes];
    for (const { Projection } of indexes) expect(Projection.ProjectionType).toBe('KEYS_ONLY');
  });

  it('defines every attribute that is a key, once, and no other', () => {
    const schemas = [
      table.KeySchema,
      ...[...table.GlobalSecondaryIndexes, ...table.LocalSecondaryIndexes].map(
        (index) => index.KeySchema,
      ),
    ];
    const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
    const defined = table.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
    expect(defined.toSorted()).toEqual([...used].sort());
  });
});
