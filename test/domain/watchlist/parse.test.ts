import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseWatchlist } from '../../../lambda/domain/watchlist/index.ts';
import { acme } from './keys.ts';
import { compiled, type Files, problemsOf } from './support.ts';

const files: Files = { 'keys/acme.pub': acme.publicKey };

const full = `version: 1
defaults: {every: 5m, policy: none, signatureGrace: 15m}
registries:
  - {host: "registry.corp.example:5000", allowPrivate: true}
policies:
  songlaa:
    signedBy:
      - {identity: someone@example.com, issuer: https://accounts.google.com}
  acme-release:
    signedBy:
      - github: {repository: acme/app, workflow: release.yml, ref: refs/tags/v*}
      - {identityRegExp: '^https://github\\.com/acme/app/.+@refs/tags/v.+$', issuer: https://token.actions.githubusercontent.com}
      - {key: keys/acme.pub}
    attestations:
      - type: slsaprovenance1
        where: {$.predicate.buildDefinition.externalParameters.workflow.repository: https://github.com/acme/app}
watch:
  - alpine:edge
  - images: [nginx:1.27, redis:7]
    labels: {team: base-images}
  - {image: "quay.io/songlaa/alpine:latest", policy: songlaa}
  - image: ghcr.io/acme/app
    tags: {semver: ">=1.2 <2", exclude: ["*-rc*"], max: 100}
    immutable: true
    policy: acme-release
  - "postgres:16@sha256:${'a'.repeat(64)}"
`;

describe('a watch list', () => {
  it('compiles whole', () => {
    const { watches, policies, policyNames, registries, trustRoots } = compiled(full, files);
    expect(watches).toHaveLength(6);
    expect([...policyNames.keys()]).toEqual(['none', 'songlaa', 'acme-release']);
    expect(policies.size).toBe(2);
    expect(registries).toHaveLength(1);
    expect(trustRoots.size).toBe(0);
  });

  it('has a version that is known', () => {
    expect(problemsOf('version: 2\nwatch: []')).toEqual(['1:10 version: found 2, expected 1']);
    expect(problemsOf('watch: []')).toEqual(['1:1 version: found nothing, expected 1']);
  });

  it('has no other sections', () => {
    expect(problemsOf('version: 1\nwatch: []\nwatches: []')).toEqual([
      '3:1 watches: found the unknown key "watches", expected one of version, defaults, registries, policies, watch; did you mean "watch"?',
    ]);
  });

  it.each(['5', '[]', '{}', 'null', 'text'])('takes no section of the wrong kind: %s', (value) => {
    const text = `version: 1\nwatch: ${value}\npolicies: ${value}\nregistries: ${value}\ndefaults: ${value}`;
    expect(problemsOf(text).length).toBeGreaterThan(1);
  });
});

describe('when a watch list has many problems', () => {
  it('tells all of them at once, in the order of the file', () => {
    const text = full
      .replace('every: 5m', 'every: 7m')
      .replace('allowPrivate', 'allowprivate')
      .replace('issuer: https://accounts', 'isuer: https://accounts')
      .replace('keys/acme.pub', 'keys/acme.pubb')
      .replace('slsaprovenance1', 'slsa')
      .replace('alpine:edge', 'Alpine:edge')
      .replace('redis:7', 'nginx:1.27')
      .replace('policy: songlaa', 'policy: songla')
      .replace('immutable: true', 'imutable: true');
    expect(problemsOf(text, files).map((line) => line.replace(/: .*/, ''))).toEqual([
      '2:19 defaults.every',
      '4:42 registries[0].allowprivate',
      '8:41 policies.songlaa.signedBy[0].isuer',
      '13:15 policies.acme-release.signedBy[2].key',
      '15:15 policies.acme-release.attestations[0].type',
      '18:5 watch[0]',
      '19:26 watch[1].images[1]',
      '21:54 watch[2].policy',
      '24:5 watch[3].imutable',
    ]);
  });
});

describe('when a file cannot be read', () => {
  it('is a problem of the value that names it', () => {
    const readFile = () => {
      throw new Error('EACCES: permission denied, /home/someone/keys/acme.pub');
    };
    const result = parseWatchlist(full, { file: 'watchlist.yaml', readFile });
    expect(result.ok ? [] : result.problems).toEqual([
      {
        line: 13,
        column: 15,
        path: 'policies.acme-release.signedBy[2].key',
        message: 'found the file "keys/acme.pub", which cannot be read',
      },
    ]);
  });
});

describe('whatever the text', () => {
  const parse = (text: string) =>
    parseWatchlist(text, { file: 'watchlist.yaml', readFile: () => Buffer.from('x') });

  function isSaneResult(text: string): boolean {
    const result = parse(text);
    return (
      result.ok ||
      (result.problems.length > 0 &&
        result.problems.every(
          ({ line, column, message }) => line >= 1 && column >= 1 && message.includes('found'),
        ))
    );
  }

  it('parsing gives a watch list or problems', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), isSaneResult));
  });

  it('parsing YAML-like text gives a watch list or problems', () => {
    const parts = fc.constantFrom(
      ...[
        'version: 1',
        'watch:',
        'policies:',
        '- ',
        '  ',
        '\n',
        ': ',
        'a',
        '{',
        '}',
        '[',
        ']',
        ',',
      ],
      ...[
        '&a ',
        '*a',
        '!!binary ',
        '!t ',
        '|\n',
        '>-\n',
        '"',
        "'",
        '#',
        '---',
        '...',
        '%YAML 1.1\n',
      ],
      ...['<<: ', '__proto__: ', 'image: ', '? ', '\t', '\u0000', '\ufeff', '.nan', '1e999', '~'],
    );
    const texts = fc.array(parts, { maxLength: 30 }).map((list) => list.join(''));
    fc.assert(fc.property(texts, isSaneResult), { numRuns: 150 });
  });

  it('parsing a watch list with a part cut out, doubled or replaced gives one or problems', () => {
    const edits = fc.record({
      at: fc.nat(full.length),
      length: fc.nat(30),
      text: fc.oneof(fc.constant(''), fc.string({ maxLength: 5 }), fc.constantFrom('*', '&', '-')),
    });
    fc.assert(
      fc.property(edits, ({ at, length, text }) =>
        isSaneResult(full.slice(0, at) + text + full.slice(at + length)),
      ),
      { numRuns: 100 },
    );
  });

  it('parsing any JSON gives a watch list or problems', () => {
    const shapes = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            ...[
              'version',
              'watch',
              'policies',
              'defaults',
              'registries',
              'image',
              'images',
              'tags',
            ],
            ...[
              'signedBy',
              'attestations',
              'where',
              'key',
              'github',
              'type',
              'trustRoot',
              'labels',
            ],
          ),
          tie('value'),
        ),
      ),
    }));
    const lists = fc.record({
      version: fc.constant(1),
      watch: shapes.value,
      policies: shapes.value,
      defaults: shapes.value,
      registries: shapes.value,
    });
    fc.assert(
      fc.property(lists, (list) => isSaneResult(JSON.stringify(list))),
      { numRuns: 150 },
    );
  });
});
