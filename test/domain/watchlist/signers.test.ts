import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SignerRule } from '../../../lambda/domain/policy.ts';
import { compileTextRule } from '../../../lambda/domain/text-rule.ts';
import { acme, indented } from './keys.ts';
import { compiled, type Files, problemsOf } from './support.ts';

const files: Files = { 'keys/acme.pub': acme.publicKey, 'keys/acme.key': acme.privateKey };

function listOf(signer: string): string {
  return `version: 1\nwatch: []\npolicies:\n  acme:\n    signedBy:\n      - ${signer}\n`;
}

function signerOf(signer: string): SignerRule | undefined {
  const [policy] = compiled(listOf(signer), files).policies.values();
  return policy?.signedBy[0];
}

describe('when a signer is an identity of an issuer', () => {
  it('keeps exact texts exact', () => {
    expect(
      signerOf('{identity: someone@example.com, issuer: https://accounts.google.com}'),
    ).toEqual({
      kind: 'keyless',
      identity: { exact: 'someone@example.com' },
      issuer: { exact: 'https://accounts.google.com' },
    });
  });

  it('makes patterns match fully', () => {
    expect(
      signerOf("{identityRegExp: 'a@b\\.c|d@b\\.c', issuerRegExp: 'https://i\\.example'}"),
    ).toEqual({
      kind: 'keyless',
      identity: { regExp: '^(?:a@b\\.c|d@b\\.c)$' },
      issuer: { regExp: '^(?:https://i\\.example)$' },
    });
  });

  it.each([
    ['{identity: a@b.c}', 'found neither issuer nor issuerRegExp, expected exactly one of them'],
    ['{issuer: https://i}', 'found neither identity nor identityRegExp, expected exactly one'],
    [
      '{identity: a@b.c, identityRegExp: a@b, issuer: https://i}',
      'found both identity and identityRegExp, expected exactly one of them',
    ],
    [
      '{identity: a@b.c, issuer: https://i, issuerRegExp: https://i}',
      'found both issuer and issuerRegExp, expected exactly one of them',
    ],
  ])('needs exactly one of each: %s', (signer, expected) => {
    const problems = problemsOf(listOf(signer));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`6:9 policies.acme.signedBy[0]: ${expected}`);
  });

  it.each([
    ["{identity: '', issuer: https://i}", 'identity: found "", expected 1 to 1000 printable ASCII'],
    ["{identity: 'a b', issuer: https://i}", 'identity: found "a b", expected'],
    ["{identity: 'аcme@b.c', issuer: https://i}", 'identity: found "аcme@b.c", expected'],
    ['{identity: https://x/*, issuer: https://i}', 'patterns are for identityRegExp'],
    ["{identityRegExp: '.*', issuer: https://i}", 'found a pattern that matches the empty text'],
    ["{identityRegExp: '.+', issuer: https://i}", 'found a pattern that accepts strangers'],
    ["{identityRegExp: 'a(', issuer: https://i}", 'found a pattern that is not RE2'],
    ["{identity: a@b.c, issuerRegExp: 'https://.*'}", 'found a pattern that accepts strangers'],
    ['{identity: 5, issuer: https://i}', 'identity: found 5, expected a text'],
  ])('is refused when it is too little: %s', (signer, expected) => {
    expect(problemsOf(listOf(signer)).join('\n')).toContain(expected);
  });
});

describe('when a signer is a GitHub workflow', () => {
  const github = (ref: string) =>
    signerOf(`github: {repository: acme/app.x, workflow: release.yml, ref: ${ref}}`);

  function accepts(ref: string, identity: string): boolean {
    const rule = github(ref);
    return rule?.kind === 'keyless' && compileTextRule(rule.identity)(identity);
  }

  const url = 'https://github.com/acme/app.x/.github/workflows/release.yml@';

  it('becomes its identity, GitHub’s issuer and the repository of the certificate', () => {
    expect(github('refs/tags/v*')).toEqual({
      kind: 'keyless',
      identity: {
        regExp:
          '^https://github\\.com/acme/app\\.x/\\.github/workflows/release\\.yml@refs/tags/v.*$',
      },
      issuer: { exact: 'https://token.actions.githubusercontent.com' },
      workflow: { repository: 'acme/app.x' },
    });
  });

  it.each([
    ['refs/tags/v*', `${url}refs/tags/v1.2`, true],
    ['refs/tags/v*', `${url}refs/tags/v1/2`, true],
    ['refs/tags/v*', `${url}refs/heads/v1`, false],
    ['refs/tags/v*', `https://evil.example/${url}refs/tags/v1`, false],
    ['refs/tags/v*', `${url.replace('app.x', 'app-x')}refs/tags/v1`, false],
    ['refs/tags/v*', `${url.replace('release', 'other')}refs/tags/v1`, false],
    ['refs/heads/main', `${url}refs/heads/main`, true],
    ['refs/heads/main', `${url}refs/heads/main-evil`, false],
    ['refs/heads/v1.0', `${url}refs/heads/v1x0`, false],
    ['refs/tags/*-rc', `${url}refs/tags/1-rc`, true],
  ])('%s over %s is %s', (ref, identity, expected) => {
    expect(accepts(ref, identity)).toBe(expected);
  });

  it.each([
    ['{repository: acme, workflow: r.yml, ref: refs/heads/main}', 'expected owner/repository'],
    ['{repository: a/*, workflow: r.yml, ref: refs/heads/main}', 'expected owner/repository'],
    [
      '{repository: a/b, workflow: .github/workflows/r.yml, ref: refs/heads/m}',
      'file name of a workflow',
    ],
    ['{repository: a/b, workflow: r, ref: refs/heads/main}', 'file name of a workflow'],
    ['{repository: a/b, workflow: r.yml, ref: main}', 'expected a full ref'],
    ['{repository: a/b, workflow: r.yml, ref: refs/*}', 'expected a full ref'],
    ['{repository: a/b, workflow: r.yml, ref: "refs/tags/v?"}', 'expected a full ref'],
    ['{repository: a/b, workflow: r.yml, ref: "refs/tags/v[12]"}', 'expected a full ref'],
    ['{repository: a/b, workflow: r.yml}', 'github.ref: found nothing, expected a text'],
  ])('is refused when it is not one: %s', (value, expected) => {
    expect(problemsOf(listOf(`github: ${value}`)).join('\n')).toContain(expected);
  });
});

describe('when a signer is a key', () => {
  it('is pinned from its file', () => {
    expect(signerOf('key: keys/acme.pub')).toMatchObject({
      kind: 'key',
      source: 'keys/acme.pub',
      keyId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      digestAlgorithm: 'sha256',
    });
  });

  it('is the same key inline', () => {
    const inline = signerOf(
      `key: |\n${indented(acme.publicKey, 10)}\n        digestAlgorithm: sha512`,
    );
    expect(inline).toEqual({
      ...signerOf('key: keys/acme.pub'),
      source: 'inline',
      digestAlgorithm: 'sha512',
    });
  });

  const x25519 = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' });

  it.each([
    ['key: keys/none.pub', 'found no file "keys/none.pub" below the folder of the watch list'],
    ['key: keys/acme.key', 'found a PEM block "PRIVATE KEY", expected one PEM block "PUBLIC KEY"'],
    ['key: keys/x25519.pub', 'found a key of type x25519'],
    ['key: keys/huge.pub', 'found 65537 bytes in "keys/huge.pub", expected at most 65536'],
    ['key: ""', 'found "", expected at least 1 characters'],
    [
      'key: gcpkms://projects/x',
      'expected a PEM file, the PEM itself, or a key of AWS KMS (awskms:///…)',
    ],
    ['key: AWSKMS:///alias/x', 'expected awskms:///KEY'],
    [
      '{key: keys/acme.pub, digestAlgorithm: md5}',
      'found "md5", expected sha256 or sha384 or sha512',
    ],
  ])('is refused: %s', (signer, expected) => {
    const more = {
      ...files,
      'keys/x25519.pub': x25519.toString(),
      'keys/huge.pub': 'x'.repeat(65_537),
    };
    const problems = problemsOf(listOf(signer), more);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  // Attack: a watch list that makes whoever checks it read a file of theirs.
  it.each([
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    './',
    'C:\\x',
    'a\\b',
    'file:/x',
    'a\u0000b',
    `${'a/'.repeat(300)}x`,
  ])('is never read from %j', (path) => {
    const [problem] = problemsOf(listOf(`key: ${JSON.stringify(path)}`), {
      [path]: acme.publicKey,
    });
    expect(problem).toContain('expected a path below the folder of the watch list');
  });
});

describe('when a signer is nothing or several', () => {
  it.each([
    ['{}', 'found no signer'],
    ['{digestAlgorithm: sha256}', 'found no signer'],
    [
      '{key: keys/acme.pub, identity: a@b.c, issuer: https://i}',
      'found key with identity and issuer',
    ],
    [
      '{key: keys/acme.pub, github: {repository: a/b, workflow: r.yml, ref: refs/heads/m}}',
      'found key with github',
    ],
  ])('says so: %s', (signer, expected) => {
    expect(problemsOf(listOf(signer), files)).toEqual([
      expect.stringContaining(
        `${expected}, expected exactly one of key, github, or an identity with its issuer`,
      ),
    ]);
  });

  it('has a digest algorithm only beside a key', () => {
    const signer = '{identity: a@b.c, issuer: https://i, digestAlgorithm: sha384}';
    expect(problemsOf(listOf(signer))).toEqual([
      '6:46 policies.acme.signedBy[0].digestAlgorithm: found digestAlgorithm without key, expected it beside a key only',
    ]);
  });
});
