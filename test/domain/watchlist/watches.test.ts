import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR, MINUTE } from '../../../lambda/domain/time.ts';
import { acme } from './keys.ts';
import { compiled, type Files, problemsOf } from './support.ts';

const files: Files = { 'acme.pub': acme.publicKey };
const digest = `sha256:${'a'.repeat(64)}`;

const policies = 'policies: {acme: {signedBy: [{key: acme.pub}]}}';

function listOf(watch: string, defaults = '{policy: none}'): string {
  return `version: 1\ndefaults: ${defaults}\n${policies}\nwatch:\n${watch.replace(/^/gm, '  ')}\n`;
}

function watchesOf(watch: string, defaults?: string) {
  return compiled(listOf(watch, defaults), files).watches;
}

const edge = {
  watchId: expect.stringMatching(/^[0-9a-f]{16}$/),
  registry: 'docker.io',
  repository: 'library/alpine',
  tag: 'edge',
  policyName: 'none',
  policy: 'none',
  immutable: false,
  every: 5,
  signatureGrace: 15 * MINUTE,
  labels: [],
};

describe('what is watched', () => {
  it('may be a reference alone', () => {
    expect(watchesOf('- alpine:edge')).toEqual([edge]);
  });

  it('may be one image with its terms', () => {
    const watch =
      '- {image: "alpine:edge", policy: acme, every: 24h, signatureGrace: 2h, immutable: true, labels: {b: "2", a: "1=1"}}';
    const { policyNames } = compiled(listOf(watch), files);
    expect(watchesOf(watch)).toEqual([
      {
        ...edge,
        policyName: 'acme',
        policy: policyNames.get('acme'),
        every: 1440,
        signatureGrace: 2 * HOUR,
        immutable: true,
        labels: ['a=1=1', 'b=2'],
      },
    ]);
  });

  it('may be several images with the same terms', () => {
    const watches = watchesOf('- images: [nginx:1.27, redis]\n  labels: {team: base}');
    expect(watches.map(({ repository, tag, labels }) => [repository, tag, labels])).toEqual([
      ['library/nginx', '1.27', ['team=base']],
      ['library/redis', 'latest', ['team=base']],
    ]);
  });

  it('may be a tag that must point at a digest', () => {
    expect(watchesOf(`- alpine:edge@${digest}`)).toEqual([{ ...edge, pin: digest }]);
  });

  it('may be a digest without a tag', () => {
    const { tag: _, ...rest } = edge;
    expect(watchesOf(`- alpine@${digest}`)).toEqual([{ ...rest, digest }]);
  });

  it('may be the tags of a repository that a filter covers', () => {
    const { tag: _, ...rest } = edge;
    const watch = '- {image: alpine, tags: {semver: ">=3", exclude: ["*rc*"], max: 5}}';
    expect(watchesOf(watch)).toEqual([
      { ...rest, filter: { semver: '>=3', exclude: ['*rc*'], max: 5 } },
    ]);
    expect(watchesOf('- {image: alpine, tags: {glob: ["3*"], regex: "3.+"}}')).toEqual([
      { ...rest, filter: { glob: ['3*'], regex: '3.+', exclude: [], max: 100 } },
    ]);
  });

  it('may be nothing', () => {
    expect(compiled('version: 1\nwatch: []').watches).toEqual([]);
  });
});

describe('the id of a watch', () => {
  const ids = (watch: string, defaults?: string) =>
    watchesOf(watch, defaults).map(({ watchId }) => watchId);

  it('does not depend on its place, its terms, its pin or its spelling', () => {
    const [id] = ids('- alpine:edge');
    expect(
      ids(`- redis\n- {image: "docker.io/library/alpine:edge@${digest}", every: 1h}`),
    ).toContain(id);
  });

  it('depends on what is watched', () => {
    const all = ids(
      `- alpine:edge\n- alpine:3\n- alpine@${digest}\n- {image: alpine, tags: {glob: ["x"]}}`,
    );
    expect(new Set([...all, ...ids('- {image: redis, tags: {glob: ["x"]}}')]).size).toBe(5);
  });

  it('does not depend on the text of a filter: a repository has only one', () => {
    const [id] = ids('- {image: alpine, tags: {glob: ["x"]}}');
    expect(ids('- {image: alpine, tags: {regex: "v.+", max: 5}, every: 1h}')).toEqual([id]);
  });
});

describe('when an entry is wrong', () => {
  it.each([
    [
      '- Alpine',
      '5:5 watch[0]: invalid image reference "Alpine": found capital letters in the repository "Alpine", expected lowercase',
    ],
    ['- docker://alpine', 'found the registry "docker:"'],
    ['- 5', 'watch[0]: found 5, expected a text or a mapping'],
    ['- [alpine]', 'watch[0]: found a list, expected a text or a mapping'],
    ['- {}', 'watch[0]: found neither image nor images, expected one of them'],
    ['- {image: a, images: [b]}', 'watch[0]: found both image and images, expected one of them'],
    ['- {images: []}', 'watch[0].images: found a list, expected at least 1 entries'],
    [
      '- {images: [a, B]}',
      '5:18 watch[0].images[1]: invalid image reference "B": found capital letters',
    ],
    ['- {image: 1.27}', 'watch[0].image: found 1.27, expected a text'],
    [
      '- {image: a, polcy: none}',
      '5:16 watch[0].polcy: found the unknown key "polcy", expected one of image, images, tags, policy, every, signatureGrace, immutable, labels; did you mean "policy"?',
    ],
    [
      '- {image: a, policy: acne}',
      '5:24 watch[0].policy: found the policy "acne", expected one of none, acme; did you mean "acme"?',
    ],
    [
      '- {image: a, every: 7m}',
      'watch[0].every: found "7m", expected one of 1m, 5m, 10m, 15m, 30m, 1h, 3h, 6h, 12h, 24h',
    ],
    ['- {image: a, every: 5}', 'watch[0].every: found 5, expected a text'],
    [
      '- {image: a, signatureGrace: 8d}',
      'found "8d", expected a time such as 0s, 15m or 2h, at most 7d',
    ],
    ['- {image: a, signatureGrace: soon}', 'found "soon", expected a time'],
    ['- {image: a, immutable: yes}', 'watch[0].immutable: found "yes", expected true or false'],
    ['- {image: a, labels: {team: 5}}', 'watch[0].labels.team: found 5, expected a text'],
    [
      '- {image: a, labels: {team: ""}}',
      'watch[0].labels.team: found "", expected a value of 1 to 100 characters',
    ],
    [
      '- {image: a, labels: {team: "a\\nb"}}',
      'expected a value of 1 to 100 characters on one line',
    ],
    [
      '- {image: a, labels: {a=b: c}}',
      '5:25 watch[0].labels["a=b"]: found "a=b", expected a label of 1 to 63',
    ],
    [
      `- {image: a, labels: {${[...Array(21).keys()].map((n) => `l${n}: x`).join(', ')}}}`,
      'watch[0].labels: found 21 labels, expected at most 20',
    ],
    [
      '- {image: a, tags: {}}',
      'watch[0].tags: found none of semver, glob and regex, expected at least one',
    ],
    ['- {image: a, tags: {exclude: [b]}}', 'found none of semver, glob and regex'],
    [
      '- {image: "a:1", tags: {glob: [b]}}',
      '5:13 watch[0].image: found "a:1" with a filter of tags, expected the repository alone: docker.io/library/a',
    ],
    [
      `- {image: "a@${digest}", tags: {glob: [b]}}`,
      'with a filter of tags, expected the repository alone',
    ],
    [
      '- {images: [a], tags: {glob: [b]}}',
      '5:19 watch[0].tags: found it with images, expected it with one image',
    ],
    [
      '- {image: a, tags: {semver: "not a range"}}',
      'found "not a range", expected a range of versions',
    ],
    ['- {image: a, tags: {semver: " "}}', 'found " ", expected a range of versions'],
    [
      '- {image: a, tags: {glob: ["a/b"]}}',
      'watch[0].tags.glob[0]: found "a/b", expected the characters of a tag',
    ],
    ['- {image: a, tags: {regex: "("}}', 'found a pattern that is not RE2'],
    ['- {image: a, tags: {regex: ".*"}}', 'found a pattern that matches the empty text'],
    ['- {image: a, tags: {glob: [b], max: 0}}', 'watch[0].tags.max: found 0, expected at least 1'],
    [
      '- {image: a, tags: {glob: [b], max: 1001}}',
      'watch[0].tags.max: found 1001, expected at most 1000',
    ],
    [
      '- {image: a, tags: {glob: [b], max: 1.5}}',
      'watch[0].tags.max: found 1.5, expected a whole number',
    ],
    [
      '- {image: a, mute: true}',
      '5:16 watch[0].mute: found the key "mute", which is reserved for a later version of Tagwarden',
    ],
  ])('%s is told with its place', (watch, expected) => {
    const problems = problemsOf(listOf(watch), files);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it.each(['settle', 'reverify', 'mirrors', 'mute', 'expectMoveWithin'])(
    'keeps %s for later',
    (key) => {
      expect(problemsOf(listOf(`- {image: a, ${key}: 1}`), files)[0]).toContain('is reserved');
    },
  );

  it('tells of the others too', () => {
    expect(
      problemsOf(listOf('- A\n- {image: a, every: 7m, polcy: x}\n- {image: b, policy: no}'), files),
    ).toHaveLength(4);
  });
});

describe('the policy of a watch', () => {
  it('is required, here or as default: there is no silent "anyone"', () => {
    expect(problemsOf(listOf('- a\n- {image: b, policy: none}\n- c', '{}'), files)).toEqual([
      '5:5 watch[0]: found no policy, expected one here or under defaults; "policy: none" requires no signature',
      '7:5 watch[2]: found no policy, expected one here or under defaults; "policy: none" requires no signature',
    ]);
    expect(problemsOf('version: 1\nwatch: [a]')).toHaveLength(1);
  });

  it('comes from the defaults, as the interval and the grace do', () => {
    const [watch] = watchesOf('- a', '{policy: acme, every: 1m, signatureGrace: 0s}');
    expect(watch).toMatchObject({ policyName: 'acme', every: 1, signatureGrace: 0 });
  });

  it.each([
    ['{policy: acne}', '2:20 defaults.policy: found the policy "acne", expected one of none, acme'],
    ['{polcy: acme}', '2:12 defaults.polcy: found the unknown key "polcy"'],
    ['{policy: acme, every: 2h}', '2:33 defaults.every: found "2h"'],
    ['{policy}', '2:12 defaults.policy: found nothing, expected a text'],
    ['5', '2:11 defaults: found 5, expected a mapping'],
  ])('is told once where the defaults are wrong: %s', (defaults, expected) => {
    const problems = problemsOf(listOf('- a\n- b', defaults), files);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('is told where it is wrong, and not where it is used', () => {
    const text = listOf('- {image: a, policy: acme}');
    expect(problemsOf(text)).toEqual([expect.stringContaining('policies.acme.signedBy[0].key')]);
  });
});

describe('when one tag is named twice', () => {
  it.each([
    ['- alpine\n- docker.io/library/alpine:latest', 'watch[1]', 'watch[0] (line 5)'],
    [
      `- alpine:3\n- {images: [redis, "alpine:3@${digest}"]}`,
      'watch[1].images[1]',
      'watch[0] (line 5)',
    ],
    ['- {images: [a, a]}', 'watch[0].images[1]', 'watch[0].images[0] (line 5)'],
    [`- a@${digest}\n- {image: "a@${digest}"}`, 'watch[1].image', 'watch[0] (line 5)'],
    [
      '- {image: a, tags: {glob: [b]}}\n- {image: a, tags: {regex: c}}',
      'watch[1].tags',
      'watch[0].tags (line 5)',
    ],
  ])('tells both places: %s', (watch, second, first) => {
    const problems = problemsOf(listOf(watch));
    expect(problems.filter((problem) => problem.includes('again'))).toEqual([
      expect.stringMatching(/found docker\.io\/library\/\S+ again, expected it once/),
    ]);
    expect(problems.join('\n')).toContain(` ${second}: `);
    expect(problems.join('\n')).toContain(`${first} watches it already`);
  });

  it('lets an explicit tag and a filter stand beside each other', () => {
    expect(watchesOf('- alpine:edge\n- {image: alpine, tags: {glob: ["*"]}}')).toHaveLength(2);
  });

  it('never compiles two watches of one tag', () => {
    const images = fc.array(fc.constantFrom('a', 'a:latest', 'b', 'docker.io/b', 'c:1', 'C'));
    fc.assert(
      fc.property(images, (list) => {
        fc.pre(list.length > 0);
        const text = listOf(list.map((image) => `- ${image}`).join('\n'));
        const distinct = new Set(
          list.map((image) => image.replace('docker.io/', '').replace(':latest', '')),
        );
        if (distinct.size === list.length && !distinct.has('C')) {
          expect(compiled(text, files).watches).toHaveLength(list.length);
        } else {
          expect(problemsOf(text, files).length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
