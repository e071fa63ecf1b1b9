import { describe, expect, it } from '@jest/globals';
import { readJob, UnreadableJobError } from '../../../lambda/adapters/sqs/index.ts';
import { AT, aDigest, aUnit, TERMS } from '../../support/store/examples.ts';

const perfect = {
  ...{ v: 1, kind: 'check', id: 'ghcr.io/7/1', tick: AT, sentAt: AT, offset: 0, unit: aUnit() },
  ...{ round: 7, depth: 1, applyId: 'apply', partial: true },
};
const marker = { v: 1, kind: 'end-of-round', lane: 'ghcr.io', round: 7, tick: AT };

const read = (value: unknown) => readJob(JSON.stringify(value));
const problemOf = (value: unknown): string => {
  try {
    read(value);
  } catch (thrown) {
    if (thrown instanceof UnreadableJobError) return thrown.message;
  }
  return 'was read';
};

describe('a message of the queue', () => {
  it('is a job', () => {
    expect(read(perfect)).toEqual(perfect);
    expect(read(marker)).toEqual(marker);
    const alert = { v: 1, kind: 'test-alert', id: 'me', sentAt: AT, severity: 'low', labels: [] };
    expect(read(alert)).toEqual(alert);
  });

  it('keeps what a newer version of this program added', () => {
    const newer = { ...perfect, priority: 9, unit: { ...aUnit(), mirrors: ['x'] } };
    expect(read(newer)).toEqual(newer);
  });

  it.each([
    ['another major version', { ...perfect, v: 2 }, 'it has version 2, this program knows 1'],
    ['no version', { kind: 'check' }, 'it has no version'],
    ['another kind', { ...perfect, kind: 'publish' }, 'kind: '],
    ['no unit', { ...perfect, unit: undefined }, 'unit: '],
    ['a unit of another version', { ...perfect, unit: { ...aUnit(), v: 2 } }, 'unit.v: '],
    ['a negative offset', { ...perfect, offset: -1 }, 'offset: '],
    ['a time that is none', { ...perfect, tick: 'now' }, 'tick: expected a UTC time'],
    ['an interval of no schedule', { ...perfect, unit: aUnit({ every: 7 as 5 }) }, 'unit.every: '],
    ['a registry that is no host', withUnit({ registry: 'ghcr.io/../x' }), 'unit.registry: '],
    ['a registry by its alias', withUnit({ registry: 'index.docker.io' }), 'unit.registry: '],
    ['the lane of another registry', withUnit({ lane: 'quay.io' }), 'unit: expected the lane'],
    ['a tag that is none', withUnit({ tags: [{ tag: 'a/b', terms: [TERMS] }] }), 'unit.tags.0.tag'],
    ['a tag without terms', withUnit({ tags: [{ tag: 'a', terms: [] }] }), 'unit.tags.0.terms'],
    [
      'a pin that is no digest',
      withUnit({ tags: [pinned('sha256:0')] }),
      'unit.tags.0.terms.0.pin',
    ],
  ])('is unreadable with %s', (_what, value, problem) => {
    expect(problemOf(value)).toContain(`unreadable message of the queue: ${problem}`);
  });

  it.each(['', '{', 'null', '[]', '"check"'])('is unreadable as %j', (body) => {
    expect(() => readJob(body)).toThrow(UnreadableJobError);
  });

  it('may watch a digest, or have a filter', () => {
    const digest = {
      ...perfect,
      unit: { ...aUnit(), tags: [{ digest: aDigest(), terms: [TERMS] }] },
    };
    const filter = { semver: '>=1', exclude: ['*-rc*'], max: 10, terms: TERMS };
    expect(problemOf(digest)).toBe('was read');
    expect(problemOf({ ...perfect, unit: { ...aUnit({ tags: [] }), filter } })).toBe('was read');
  });
});

function withUnit(changes: object) {
  return { ...perfect, unit: { ...aUnit(), ...changes } };
}

function pinned(pin: string) {
  return { tag: 'a', terms: [{ ...TERMS, pin }] };
}
