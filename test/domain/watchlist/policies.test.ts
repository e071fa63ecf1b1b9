import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { NO_POLICY, PUBLIC_GOOD } from '../../../lambda/domain/policy.ts';
import { policyHashOf } from '../../../lambda/domain/policy-hash.ts';
import { acme, other } from './keys.ts';
import { compiled, type Files, problemsOf } from './support.ts';

const root = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
});
const files: Files = {
  'acme.pub': acme.publicKey,
  'other.pub': other.publicKey,
  'root.json': root,
  'no-root.json': '{"mediaType": 5}',
  'null.json': 'null',
  'broken.json': '{',
  'binary.json': Uint8Array.of(0xff),
};

function listOf(policies: string): string {
  return `version: 1\nwatch: []\npolicies:\n${policies.replace(/^/gm, '  ')}\n`;
}

const signed = 'signedBy: [{key: acme.pub}]';

function policyOf(text: string) {
  const [policy] = compiled(listOf(`acme: {${text}}`), files).policies.values();
  return policy;
}

describe('a policy', () => {
  it('has safe defaults', () => {
    expect(policyOf(signed)).toEqual({
      v: 1,
      name: 'acme',
      mode: 'signature',
      signedBy: [expect.objectContaining({ kind: 'key', source: 'acme.pub' })],
      attestations: [],
      trustRoot: PUBLIC_GOOD,
      unsafeIgnoreTransparencyLog: false,
      useSignedTimestamps: false,
      format: 'either',
      annotations: {},
    });
  });

  it('says otherwise where it does', () => {
    expect(policyOf(`${signed}, mode: cosign, unsafeIgnoreTransparencyLog: true`)).toMatchObject({
      mode: 'cosign',
      unsafeIgnoreTransparencyLog: true,
    });
  });

  it('stands under its hash, and its name leads there', () => {
    const { policies, policyNames } = compiled(
      listOf(`a: {${signed}}\nb: {${signed}}\nc: {signedBy: [{key: other.pub}]}`),
      files,
    );
    expect([...policies].every(([hash, policy]) => policyHashOf(policy) === hash)).toBe(true);
    expect(policies.size).toBe(2);
    expect(policyNames.get('a')).toBe(policyNames.get('b'));
    expect(policyNames.get('none')).toBe(NO_POLICY);
  });

  it.each([
    [`none: {${signed}}`, '4:3 policies.none: found a policy "none", expected another name'],
    [`a b: {${signed}}`, '4:3 policies["a b"]: found "a b", expected the name of a policy'],
    ['acme: {}', '4:9 policies.acme.signedBy: found nothing, expected a list'],
    [
      'acme: {signedBy: []}',
      '4:20 policies.acme.signedBy: found a list, expected at least 1 entries',
    ],
    ['acme: 5', '4:9 policies.acme: found 5, expected a mapping'],
    ['acme:', '4:8 policies.acme: found nothing, expected a mapping'],
    [`acme: {${signed}, mode: strict}`, 'found "strict", expected signature or cosign'],
    [`acme: {${signed}, attestation: []}`, 'did you mean "attestations"?'],
    [`acme: {signedBy: [5]}`, 'policies.acme.signedBy[0]: found 5, expected a mapping'],
    [
      `acme: {signedBy: 5, attestations: 5}`,
      'policies.acme.attestations: found 5, expected a list',
    ],
  ])('is refused with its place: %s', (policies, expected) => {
    expect(problemsOf(listOf(policies), files).join('\n')).toContain(expected);
  });

  it('tells of each of its signers, also when other keys of it are wrong', () => {
    const policies = 'acme:\n  mod: cosign\n  signedBy: [{key: none.pub}, {issuer: https://i}]';
    expect(problemsOf(listOf(policies))).toEqual([
      expect.stringContaining('policies.acme.mod: found the unknown key "mod"'),
      expect.stringContaining('policies.acme.signedBy[0].key: found no file'),
      expect.stringContaining('policies.acme.signedBy[1]: found neither identity'),
    ]);
  });
});

describe('the attestations of a policy', () => {
  it('have a predicate type, conditions and signers', () => {
    const [policy] = compiled(
      listOf(`acme:
  ${signed}
  attestations:
    - type: slsaprovenance1
      where: {$.predicate.a: x, "$.predicate['b']": 5, "$.subject[0].ok": true, $.c: {matches: 'v.+'}}
    - {type: https://example.com/mine, signedBy: [{key: other.pub}]}`),
      files,
    ).policies.values();
    expect(policy?.attestations).toEqual([
      {
        predicateType: 'https://slsa.dev/provenance/v1',
        signedBy: [],
        where: {
          '$.predicate.a': 'x',
          "$.predicate['b']": 5,
          '$.subject[0].ok': true,
          '$.c': { matches: 'v.+' },
        },
      },
      {
        predicateType: 'https://example.com/mine',
        signedBy: [expect.objectContaining({ source: 'other.pub' })],
        where: {},
      },
    ]);
  });

  it.each([
    ['{type: slsa-provenance1}', 'did you mean "slsaprovenance1"?'],
    ['{}', 'attestations[0].type: found nothing, expected a text'],
    ['{type: custom, where: {$..a: 1}}', 'expected a JSONPath that selects one value'],
    [
      '{type: custom, where: {$.a: [1]}}',
      'found a list, expected a text or a number or true or false or a mapping',
    ],
    [
      '{type: custom, where: {$.a: {match: a}}}',
      'where["$.a"].match: found the unknown key "match", expected one of matches; did you mean "matches"?',
    ],
    ['{type: custom, where: {$.a: {}}}', 'where["$.a"].matches: found nothing, expected a text'],
    ['{type: custom, where: {$.a: {matches: "(?=a)"}}}', 'found a pattern that is not RE2'],
    ['{type: custom, where: {$.a: {matches: ".*"}}}', 'a pattern that matches the empty text'],
    ['{type: custom, where: {$.a: .nan}}', 'found NaN, expected a text or a number'],
    ['{type: custom, signedBy: []}', 'signedBy: found a list, expected at least 1 entries'],
    [
      '{type: custom, signedBy: [{key: none.pub}]}',
      'attestations[0].signedBy[0].key: found no file',
    ],
    [
      '{typ: custom, signedBy: [{key: none.pub}]}',
      'attestations[0].signedBy[0].key: found no file',
    ],
  ])('are refused with their place: %s', (attestation, expected) => {
    const policies = `acme: {${signed}, attestations: [${attestation}]}`;
    expect(problemsOf(listOf(policies), files).join('\n')).toContain(expected);
  });
});

describe('the trusted root of a policy', () => {
  it('is named by the hash of its bytes', () => {
    const { policies, trustRoots } = compiled(
      listOf(
        `a: {${signed}, trustRoot: root.json}\nb: {signedBy: [{key: other.pub}], trustRoot: root.json}`,
      ),
      files,
    );
    const name = `sha256:${createHash('sha256').update(root).digest('hex')}`;
    expect([...policies.values()].map(({ trustRoot }) => trustRoot)).toEqual([name, name]);
    expect([...trustRoots].map(([key, bytes]) => [key, Buffer.from(bytes).toString()])).toEqual([
      [name, root],
    ]);
  });

  it.each([
    ['none.json', 'found no file "none.json"'],
    ['no-root.json', 'found no trusted root in "no-root.json"'],
    ['null.json', 'found no trusted root in "null.json"'],
    ['broken.json', 'found no trusted root in "broken.json"'],
    ['binary.json', 'found no trusted root in "binary.json"'],
    ['../root.json', 'expected a path below the folder'],
    ['5', 'found 5, expected a text'],
  ])('is refused: %s', (file, expected) => {
    const problems = problemsOf(listOf(`acme: {${signed}, trustRoot: ${file}}`), files);
    expect(problems).toEqual([expect.stringMatching(/policies\.acme\.trustRoot: /)]);
    expect(problems[0]).toContain(expected);
  });
});

describe('when a policy ignores the transparency log', () => {
  const keyless = '{identity: a@b.c, issuer: https://i}';

  it.each([
    `signedBy: [${keyless}], unsafeIgnoreTransparencyLog: true`,
    `${signed}, attestations: [{type: custom, signedBy: [${keyless}]}], unsafeIgnoreTransparencyLog: true`,
  ])('cannot have a keyless signer, whose time of signing nothing would prove: %s', (policy) => {
    expect(problemsOf(listOf(`acme: {${policy}}`), files)).toEqual([
      expect.stringContaining('unsafeIgnoreTransparencyLog: found it with a keyless signer'),
    ]);
  });
});
