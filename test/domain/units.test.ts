import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDigest } from '../../lambda/domain/digest.ts';
import { slotOf } from '../../lambda/domain/unit-parts.ts';
import { UnitTooLargeError, unitsOf } from '../../lambda/domain/units.ts';
import { INTERVALS, LARGEST_UNIT, type Watch } from '../../lambda/domain/watch.ts';

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);

const alpine: Watch = {
  watchId: 'w-alpine',
  registry: 'docker.io',
  repository: 'library/alpine',
  tag: 'edge',
  policyName: 'none',
  policy: 'none',
  immutable: false,
  signatureGrace: 0,
  labels: [],
  every: 5,
};

const { tag: _tag, ...repository } = alpine;

function tagged(tag: string, more: Partial<Watch> = {}): Watch {
  return { ...alpine, watchId: `w-${tag}`, tag, ...more };
}

const filtered: Watch = {
  ...repository,
  watchId: 'w-filter',
  filter: { glob: ['3*'], exclude: [], max: 10 },
};

describe('units of much text', () => {
  const labels = Array.from({ length: 20 }, (_, n) => `label-${n}=${'é'.repeat(100)}`);
  const tags = Array.from({ length: 100 }, (_, n) => `tag-${n}`);

  it('hold as many tags as fit into a message, none of them lost', () => {
    const units = unitsOf(tags.map((tag) => tagged(tag, { labels })));
    expect(units.length).toBeGreaterThan(1);
    for (const unit of units) {
      expect(Buffer.byteLength(JSON.stringify(unit))).toBeLessThanOrEqual(LARGEST_UNIT);
    }
    expect(units.flatMap((unit) => namesOf(unit.tags)).sort()).toEqual(tags.toSorted());
  });

  it('are refused when one filter covers more explicit tags than fit', () => {
    const explicit = Array.from({ length: 3_000 }, (_, n) => tagged(`3.${n}-${'x'.repeat(100)}`));
    const filter = { ...filtered, every: 60 as const };
    expect(() => unitsOf([...explicit, filter])).toThrow(UnitTooLargeError);
    expect(() => unitsOf([...explicit, filter])).toThrow(
      /found a filter beside 3000 explicit tags of docker.io\/library\/alpine that takes \d+ bytes/,
    );
  });
});

describe('units', () => {
  it('carry all that their job needs', () => {
    const { tag: _, registry: _r, repository: _p, ...terms } = alpine;
    expect(unitsOf([alpine])).toEqual([
      {
        v: 1,
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        lane: 'docker.io',
        every: 5,
        slot: slotOf('docker.io/library/alpine', 5),
        registry: 'docker.io',
        repository: 'library/alpine',
        tags: [{ tag: 'edge', terms: [terms] }],
      },
    ]);
  });

  it('hold the tags of one repository at one interval', () => {
    const units = unitsOf([
      tagged('b'),
      tagged('a'),
      tagged('c', { every: 60 }),
      tagged('d', { repository: 'library/busybox' }),
    ]);
    const described = units.map((unit) => [unit.repository, unit.every, namesOf(unit.tags)]);
    expect(described.sort()).toEqual([
      ['library/alpine', 5, ['a', 'b']],
      ['library/alpine', 60, ['c']],
      ['library/busybox', 5, ['d']],
    ]);
  });

  it('hold at most 100 tags', () => {
    const watches = [...Array(250).keys()].map((n) => tagged(`t${n}`));
    const units = unitsOf(watches);
    expect(units.map(({ tags }) => tags.length).sort()).toEqual([100, 100, 50]);
    expect(new Set(units.map(({ id }) => id)).size).toBe(3);
    expect(new Set(units.flatMap(({ tags }) => namesOf(tags))).size).toBe(250);
  });

  it('hold a tag once, with the terms of every watch that names it', () => {
    const [unit] = unitsOf([
      tagged('edge', { watchId: 'b', pin: digest }),
      tagged('edge', { watchId: 'a' }),
    ]);
    expect(unit?.tags).toHaveLength(1);
    expect(unit?.tags[0]?.terms.map(({ watchId, pin }) => [watchId, pin])).toEqual([
      ['a', undefined],
      ['b', digest],
    ]);
  });

  it('hold digests that are watched without a tag', () => {
    const [unit] = unitsOf([{ ...repository, digest }]);
    expect(unit?.tags).toEqual([{ digest, terms: [expect.objectContaining({ every: 5 })] }]);
  });

  it('keep a filter apart, with the tags that explicit watches cover instead', () => {
    const units = unitsOf([filtered, tagged('3.20', { every: 60 }), tagged('edge')]);
    const unit = units.find(({ filter }) => filter !== undefined);
    expect(units).toHaveLength(3);
    expect(unit?.tags).toEqual([]);
    expect(unit?.covered).toEqual(['3.20']);
    expect(unit?.filter).toMatchObject({ glob: ['3*'], max: 10, terms: { watchId: 'w-filter' } });
  });

  it('say nothing about covered tags where there are none', () => {
    expect(unitsOf([filtered])[0]).not.toHaveProperty('covered');
  });

  it('are none for no watches', () => {
    expect(unitsOf([])).toEqual([]);
  });

  it('are the same, in the same order, whatever the order of the watches', () => {
    const watches = [
      filtered,
      ...['a', 'b', 'c'].map((tag) => tagged(tag)),
      tagged('a', { watchId: 'again' }),
      tagged('z', { registry: 'ghcr.io', repository: 'acme/app' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(watches, { minLength: watches.length }), (shuffled) => {
        expect(unitsOf(shuffled)).toEqual(unitsOf(watches));
      }),
    );
  });
});

function namesOf(tags: readonly { readonly tag?: string }[]): (string | undefined)[] {
  return tags.map(({ tag }) => tag);
}

describe('slots', () => {
  it('are minutes of the interval, the same for a repository every time', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...INTERVALS), (key, every) => {
        const slot = slotOf(key, every);
        expect(slot).toBe(slotOf(key, every));
        expect(Number.isInteger(slot) && slot >= 0 && slot < every).toBe(true);
      }),
    );
  });

  it('spread repositories over the whole interval', () => {
    const slots = [...Array(1_000).keys()].map((n) => slotOf(`ghcr.io/acme/app${n}`, 60));
    expect(new Set(slots).size).toBe(60);
  });
});
