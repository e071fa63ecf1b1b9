import { rootCertificates } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { acme, indented } from './keys.ts';
import { compiled, type Files, problemsOf } from './support.ts';

const [first = '', second = ''] = rootCertificates;
const files: Files = {
  'ca.pem': `# two authorities\n${first}\n\n${second}\n`,
  'key.pem': acme.publicKey,
  'broken.pem': `${first}\n${first.replace(/\n[A-Za-z0-9+/]+\n/, '\n')}`,
};

function listOf(...registries: string[]): string {
  return `version: 1\nwatch: []\nregistries:\n${registries.map((each) => `  - ${each}\n`).join('')}`;
}

describe('what is said about registries', () => {
  it('is about their canonical hosts, and safe by default', () => {
    expect(compiled(listOf('{host: Registry.Corp.example:5000}')).registries).toEqual([
      { host: 'registry.corp.example:5000', allowPrivate: false, plainHttp: false },
    ]);
  });

  it('allows what is named', () => {
    const text = listOf(
      '{host: a.example, allowPrivate: true, ca: ca.pem}',
      '{host: "localhost:5000", plainHttp: true}',
    );
    expect(compiled(text, files).registries).toEqual([
      { host: 'a.example', allowPrivate: true, plainHttp: false, ca: `${first}\n${second}` },
      { host: 'localhost:5000', allowPrivate: false, plainHttp: true },
    ]);
  });

  it('may name token servers of other domains', () => {
    const text = listOf(
      '{host: registry.acme.example, tokenHosts: [Auth.acme.test, "sso.test:8443"]}',
    );
    expect(compiled(text).registries[0]?.tokenHosts).toEqual(['auth.acme.test', 'sso.test:8443']);
  });

  it('may have its authorities inline', () => {
    const text = listOf(`host: a.example\n    ca: |\n${indented(first, 6)}`);
    expect(compiled(text).registries[0]?.ca).toBe(first);
  });

  it.each([
    ['{}', 'registries[0].host: found nothing, expected a text'],
    [
      '{host: a.example/x}',
      'registries[0].host: invalid registry "a.example/x": found the registry',
    ],
    ['{host: "a:99999"}', 'found the port 99999, expected 1 to 65535'],
    ['{host: a, private: true}', 'registries[0].private: found the unknown key "private"'],
    ['{host: a, plainHttp: "no"}', 'registries[0].plainHttp: found "no", expected true or false'],
    ['{host: a, ca: none.pem}', 'registries[0].ca: found no file "none.pem"'],
    ['{host: a, ca: key.pem}', 'registries[0].ca: found no valid certificate in "key.pem"'],
    ['{host: a, ca: broken.pem}', 'registries[0].ca: found no valid certificate in "broken.pem"'],
    ['{host: a, tokenHosts: []}', 'registries[0].tokenHosts: found'],
    [
      '{host: a, tokenHosts: ["https://b/token"]}',
      'registries[0].tokenHosts[0]: invalid registry "https://b/token"',
    ],
    [
      '{host: a, ca: ca.pem, plainHttp: true}',
      'registries[0].ca: found it with plainHttp, expected one of them',
    ],
  ])('is refused with its place: %s', (registry, expected) => {
    const problems = problemsOf(listOf(registry), files);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('is said once for each registry', () => {
    const text = listOf('{host: docker.io}', '{host: a.example}', '{host: registry-1.docker.io}');
    expect(problemsOf(text)).toEqual([
      '6:12 registries[2].host: found docker.io again, expected each registry once: line 4 has it',
    ]);
  });
});
