import { describe, expect, it } from '@jest/globals';
import { compiled, problemsOf } from './support.ts';

const head = 'version: 1\ndefaults: {policy: none}\n';

describe('when the text is no YAML', () => {
  it.each([
    ['\tversion: 1', '1:1 found a tab, expected spaces for indentation'],
    ['version: 1\nwatch: [', '2:9 found invalid YAML: flow sequence in block collection must be'],
    ['version: "1', '1:12 found invalid YAML: missing closing "quote'],
    [`${head}watch: [1, 2]]`, '3:14 found a closing bracket, expected an opening one before it'],
    [`${head}watch: []\n---\na: 1`, '4:1 found a second YAML document, expected one in a file'],
    ['---\nversion: 1\n---\n', '3:1 found a second YAML document, expected one in a file'],
    ['version: 1\n...\nb: 1', '3:1 found a second YAML document, expected one in a file'],
    [`${head}watch: !mine []`, '3:8 found invalid YAML: unresolved tag: !mine'],
    [`${head}watch: !${'x'.repeat(300)} []`, `${'x'.repeat(150)}`],
  ])('%j is told with its place', (text, expected) => {
    expect(problemsOf(text).join('\n')).toContain(expected);
  });

  it('is told in one short line each', () => {
    const [problem = ''] = problemsOf(`a: !${'x'.repeat(300)} []`);
    expect(problem.length).toBeLessThan(260);
  });
});

describe('when YAML says more than a watch list can', () => {
  it.each([
    [
      'a key twice',
      `${head}watch: []\nwatch: []`,
      '4:1 watch: found the key "watch" again, expected each key once',
    ],
    ['a key of a list', '? [a]\n: 1', '1:3 found a key that no watch list has, expected a name'],
    ['a key that programs inherit', '__proto__: {a: 1}', '1:1 found a key that no watch list has'],
    [
      'bytes',
      'version: !!binary AAAA',
      '1:19 version: found a value of another type, expected a text',
    ],
    [
      'an alias of nothing',
      'version: *a',
      '1:10 version: found the alias *a, expected &a at a complete value before it',
    ],
    ['an alias of itself', 'version: &a [*a]', '1:14 version[0]: found the alias *a'],
    ['a null', '', '1:1 found nothing, expected a mapping'],
    ['a text', 'watch', '1:1 found "watch", expected a mapping'],
  ])('%s is told', (_what, text, expected) => {
    expect(problemsOf(text)[0]).toContain(expected);
  });

  it('tells all of it', () => {
    expect(problemsOf('a: 1\na: 2\nb: *c\n? [d]\n: e')).toHaveLength(3);
  });
});

describe('when a text would take a parser down', () => {
  const levels = [...Array(40).keys()].map((n) => `b${n + 1}: &b${n + 1} [*b${n}, *b${n}]`);

  it.each([
    ['brackets', '['.repeat(1_000_000), '1:33 found values nested deeper than 32'],
    ['braces', '{'.repeat(1_000_000), '1:33 found values nested deeper than 32'],
    ['dashes', '- '.repeat(1_000_000), '1:65 found values nested deeper than 32'],
    ['keys of keys', 'a: '.repeat(1_000_000), '1:98 found values nested deeper than 32'],
    ['questions', '? '.repeat(1_000_000), '1:65 found values nested deeper than 32'],
    [
      'indentation',
      [...Array(40).keys()].map((n) => `${' '.repeat(n)}a:\n`).join(''),
      'a.a: found values nested deeper than 32',
    ],
    [
      'indentation without end',
      [...Array(2_000).keys()].map((n) => `${' '.repeat(n)}a:\n`).join(''),
      'found',
    ],
    [
      'anchors',
      'a: &a 1\n'.repeat(20_000),
      '10001:4 found more than 10000 anchors, aliases and tags',
    ],
    [
      'aliases of aliases',
      `b0: &b0 [x, y]\n${levels.join('\n')}`,
      'found aliases that stand for more than 10000 values',
    ],
    [
      'length',
      ' '.repeat(4 * 1_024 * 1_024 + 1),
      '1:1 found 4194305 characters, expected at most 4194304',
    ],
    ['lines', '\n'.repeat(1_600_000), 'found more than 1500000 values and signs'],
    ['doubled keys', 'k:\n'.repeat(5_000), 'found the key "k" again'],
  ])('made of %s, it is a problem', (_what, text, expected) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(expected);
    expect(problems.length).toBeLessThanOrEqual(1_000);
  });

  it('does not take long keys and lists of one line for depth', () => {
    const images = [...Array(1_000).keys()].map((n) => `{"image": "a:${n}"}`);
    const text = `{"version": 1, "defaults": {"policy": "none"}, "watch": [${images.join(', ')}]}`;
    expect(compiled(text).watches).toHaveLength(1_000);
  });
});

describe('when a file has thousands of problems', () => {
  it('tells the first thousand', () => {
    const bad = [...Array(1_200).keys()].map((n) => `- A${n}\n`).join('');
    const problems = problemsOf(`${head}watch:\n${bad}`);
    expect(problems).toHaveLength(1_000);
    expect(problems[0]).toContain('4:3 watch[0]');
  });
});

describe('when a file shares values', () => {
  it('reads aliases as what they stand for at that place', () => {
    const { watches } = compiled(`${head}watch:
  - {image: "a:1", labels: &l {team: one}}
  - {image: "a:2", labels: *l}
  - {image: "a:3", labels: &l {team: two}}
  - {image: "a:4", labels: *l}`);
    expect(watches.map(({ labels }) => labels[0])).toEqual([
      'team=one',
      'team=one',
      'team=two',
      'team=two',
    ]);
  });

  it('keeps the newest meaning of an anchor that an older alias contains', () => {
    const text = `${head}watch:
  - {image: "a:1", labels: &all {x: &v one}}
  - {image: "a:2", labels: {y: &v two}}
  - {image: "a:3", labels: *all}
  - {image: "a:4", labels: {z: *v}}`;
    expect(compiled(text).watches[3]?.labels).toEqual(['z=two']);
  });

  it('tells problems of what an alias stands for, at the place of its text', () => {
    const text = `${head}watch:
  - {image: "a:1", labels: &l {team: 5}}
  - {image: "a:2", labels: *l}`;
    expect(problemsOf(text)).toEqual([
      '4:38 watch[0].labels.team: found 5, expected a text',
      '4:38 watch[1].labels.team: found 5, expected a text',
    ]);
  });
});
