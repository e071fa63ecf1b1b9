import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileTagFilter, filterTags, versionOf } from '../../lambda/domain/tag-filter.ts';
import type { TagFilter } from '../../lambda/domain/watch.ts';

const every: TagFilter = { glob: ['*'], exclude: [], max: 100 };

function kept(filter: Partial<TagFilter>, tags: readonly string[]): readonly string[] {
  return filterTags({ exclude: [], max: 100, ...filter }, tags).kept;
}

describe('when a filter has a range of versions', () => {
  it.each([
    ['>=1.2 <2', ['1.2', 'v1.9.3', '1.10.0'], ['1.1.9', '2', '2.0.0', 'edge', '1.2-alpine']],
    ['>=7 <8', ['7', 'v7.4'], ['8', '6.9']],
    ['>=1.0.0-rc.1 <1.0.0', ['1.0.0-rc.2'], ['1.0.0', '1.0.1-rc.1']],
    ['>=1', ['1'], ['1.2.3.4', '01.2.3', '1.2.3-', '1.2.3-01', '']],
  ])('%s takes the versions within', (semver, inside, outside) => {
    expect(kept({ semver }, [...inside, ...outside])).toEqual([...inside].sort());
  });

  it('reads short tags as versions', () => {
    expect(versionOf('v1.2')?.version).toBe('1.2.0');
    expect(versionOf('7')?.version).toBe('7.0.0');
    expect(versionOf('1-rc.1')?.version).toBe('1.0.0-rc.1');
    expect(versionOf('edge')).toBeUndefined();
    expect(versionOf('99999999999999999999.1.1')).toBeUndefined();
  });
});

describe('when a filter has other conditions', () => {
  it('takes any of its globs', () => {
    expect(kept({ glob: ['v*', 'edge'] }, ['v1', 'edge', 'stable'])).toEqual(['edge', 'v1']);
  });

  it('matches its regular expression over the whole tag', () => {
    expect(kept({ regex: '1|2' }, ['1', '2', '12', '21'])).toEqual(['1', '2']);
  });

  it('takes only what meets all of them, and nothing that it excludes', () => {
    const filter = { semver: '>=1', glob: ['v*'], regex: '.*[05]', exclude: ['*.5'] };
    expect(kept(filter, ['v1.0', 'v1.5', 'v1.3', '1.0', 'v0.5'])).toEqual(['v1.0']);
  });

  it('leaves out what tools write next to images', () => {
    const hex = 'a'.repeat(64);
    const generated = ['', '.sig', '.att', '.sbom'].map((suffix) => `sha256-${hex}${suffix}`);
    expect(kept(every, [...generated, `sha256-${hex}.other`, 'sha256-abc'])).toEqual([
      `sha256-${hex}.other`,
      'sha256-abc',
    ]);
  });

  it('does not count a tag twice that a listing repeats', () => {
    expect(filterTags({ ...every, max: 1 }, ['a', 'a'])).toEqual({ kept: ['a'], truncated: [] });
  });
});

describe('when there are more tags than the filter may watch', () => {
  it('keeps the highest versions, before anything that is no version', () => {
    const tags = ['1.2.0', '1.10.0', 'edge', '1.9.0', 'v1.10.0', 'zulu', '1.10.0-rc.1'];
    expect(filterTags({ ...every, max: 3 }, tags)).toEqual({
      kept: ['1.10.0', '1.10.0-rc.1', 'v1.10.0'],
      truncated: ['1.2.0', '1.9.0', 'edge', 'zulu'],
    });
  });

  it('keeps the same ones whatever the order of the listing', () => {
    const tags = ['a', 'b', 'c', '1.0', '1.0.0', 'v1', '2'];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(tags, { minLength: tags.length }),
        fc.integer({ min: 1, max: 8 }),
        (listing, max) => {
          expect(filterTags({ ...every, max }, listing)).toEqual(
            filterTags({ ...every, max }, tags),
          );
        },
      ),
    );
  });

  it('never drops a tag that is already watched for another', () => {
    const watched = new Set(['1.0.0', '1.1.0', 'gone']);
    expect(filterTags({ ...every, max: 2 }, ['1.0.0', '1.1.0', '9.0.0'], { watched })).toEqual({
      kept: ['1.0.0', '1.1.0'],
      truncated: ['9.0.0'],
    });
    expect(filterTags({ ...every, max: 1 }, ['1.0.0', '1.1.0'], { watched }).kept).toHaveLength(2);
  });

  it('does not count tags that explicit watches cover', () => {
    const covered = new Set(['9.0.0']);
    expect(filterTags({ ...every, max: 1 }, ['9.0.0', '1.0.0'], { covered })).toEqual({
      kept: ['1.0.0'],
      truncated: [],
    });
  });

  it('loses none: what is covered is kept or truncated', () => {
    const tags = fc.array(fc.constantFrom<string>('1', '2', '1.1', 'a', 'b', 'c', 'rc'));
    fc.assert(
      fc.property(tags, tags, fc.integer({ min: 1, max: 5 }), (listing, standing, max) => {
        const watched = new Set(standing);
        const filter = { ...every, exclude: ['rc'], max };
        const result = filterTags(filter, listing, { watched });
        const all = [...new Set(listing)].filter(compileTagFilter(filter)).sort();
        expect([...result.kept, ...result.truncated].sort()).toEqual(all);
        expect(result.truncated.filter((tag) => watched.has(tag))).toEqual([]);
        const room = Math.max(max, all.filter((tag) => watched.has(tag)).length);
        expect(result.kept).toHaveLength(Math.min(all.length, room));
      }),
    );
  });
});
