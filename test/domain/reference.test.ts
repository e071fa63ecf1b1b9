import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  formatReference,
  InvalidReferenceError,
  laneOf,
  parseName,
  parseReference,
  parseRegistry,
  parseTagKey,
  repositoryKeyOf,
  stripTransport,
  tagKeyOf,
} from '../../lambda/domain/reference.ts';

const SHA256 = `sha256:${'a'.repeat(64)}`;
const SHA512 = `sha512:${'b'.repeat(128)}`;

function canonical(text: string): string {
  return formatReference(parseReference(text));
}

describe('when distribution/reference accepts a text', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['grafana/grafana', 'docker.io/grafana/grafana:latest'],
    ['foo:5000', 'docker.io/library/foo:5000'],
    ['foo:5000/bar', 'foo:5000/bar:latest'],
    ['localhost', 'docker.io/library/localhost:latest'],
    ['localhost/bar', 'localhost/bar:latest'],
    ['foo.bar', 'docker.io/library/foo.bar:latest'],
    ['foo.bar/x', 'foo.bar/x:latest'],
    ['Foo/bar', 'Foo/bar:latest'],
    ['[::1]:5000/foo', '[::1]:5000/foo:latest'],
    ['0x7f.1/a', '0x7f.1/a:latest'],
    ['2130706433/a', 'docker.io/2130706433/a:latest'],
    ['169.254.169.254/latest/meta-data', '169.254.169.254/latest/meta-data:latest'],
    ['a__b/c--d/e.f', 'docker.io/a__b/c--d/e.f:latest'],
    [`a@${SHA256}`, `docker.io/library/a@${SHA256}`],
    [`a@${SHA512}`, `docker.io/library/a@${SHA512}`],
    [`ghcr.io/a/b:1@${SHA256}`, `ghcr.io/a/b:1@${SHA256}`],
    [`x/${'a'.repeat(253)}`, `docker.io/x/${'a'.repeat(253)}:latest`],
    [`a:${'t'.repeat(128)}`, `docker.io/library/a:${'t'.repeat(128)}`],
    [`${'a'.repeat(64)}:1`, `docker.io/library/${'a'.repeat(64)}:1`],
  ])('reads %s as it does', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });
});

describe('when a text names a registry in another way', () => {
  it.each([
    ['registry-1.docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['registry.hub.docker.com/acme/app', 'docker.io/acme/app:latest'],
    ['Index.Docker.IO/nginx', 'docker.io/library/nginx:latest'],
    ['GHCR.io/acme/app', 'ghcr.io/acme/app:latest'],
    ['LOCALHOST/app', 'localhost/app:latest'],
    ['Foo:80/app', 'foo:80/app:latest'],
    ['[FE80::1]/app', '[fe80::1]/app:latest'],
    ['a.example:0443/app', 'a.example:443/app:latest'],
  ])('folds %s into one identity', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });
});

describe('when distribution/reference refuses a text, or gives it no host', () => {
  it.each([
    ['', 'the repository ""'],
    ['my_host.com/foo', 'the registry "my_host.com"'],
    ['foo/Bar', 'capital letters in the repository "foo/Bar"'],
    ['ghcr.io/Foo/bar', 'capital letters in the repository "Foo/bar"'],
    ['a//b', 'the repository "a//b"'],
    ['/a/b', 'the repository "/a/b"'],
    ['a/b/', 'the repository "a/b/"'],
    ['-a', 'the repository "-a"'],
    ['a___b', 'the repository "a___b"'],
    ['a:.bad', 'the tag ".bad"'],
    ['a:', 'the tag ""'],
    ['a:b:c', 'the tag "b:c"'],
    [`a:${'t'.repeat(129)}`, 'the tag'],
    ['a b', 'the repository "a b"'],
    ['a\n', 'the repository "a\\n"'],
    ['docker://nginx', 'the registry "docker:"'],
    ['oci://ghcr.io/a/b', 'the registry "oci:"'],
    ['a@', 'the digest ""'],
    [`a@sha512:${'a'.repeat(64)}`, 'the digest'],
    [`a@md5:${'a'.repeat(32)}`, 'the digest'],
    [`a@sha256:${'A'.repeat(64)}`, 'the digest'],
    [`a@sha384:${'a'.repeat(96)}`, 'the digest'],
    ['a'.repeat(64), 'image id'],
    [`x/${'a'.repeat(254)}`, 'a repository of 256 characters'],
    ['a'.repeat(248), 'a repository of 256 characters'],
    ['registry.example.com./foo', 'the registry "registry.example.com."'],
    ['-a.example/foo', 'the registry "-a.example"'],
    ['[fe80::1%25eth0]:5000/foo', 'the registry "[fe80::1%25eth0]:5000"'],
    ['example.com:99999/foo', 'the port 99999'],
    ['example.com:0/foo', 'the port 0'],
    [`${'a.'.repeat(131)}a/foo`, 'the registry'],
    ['docker.io/', 'the repository ""'],
  ])('refuses %j and says what it found', (text, found) => {
    const refusal = refusalOf(text);
    expect(refusal.code).toBe('INVALID_REFERENCE');
    expect(refusal.problem).toContain(found);
    expect(refusal.problem).toContain('expected');
    expect(refusal.message).toBe(
      `invalid image reference ${JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text)}: ${refusal.problem}`,
    );
  });
});

function refusalOf(text: string): InvalidReferenceError {
  try {
    parseReference(text);
  } catch (error) {
    if (error instanceof InvalidReferenceError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('any text', () => {
  const atoms = fc.constantFrom(
    ...['a', 'b0', 'A', '.', '-', '_', '__', ':', '/', '@', ' ', 'é', '\n', '[::1]', '99999'],
    ...['docker.io', 'localhost', 'ghcr.io', ':5000/', ':v1', '@sha256:', `@${SHA256}`, SHA512],
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(atoms, { maxLength: 8 }).map((parts) => parts.join('')),
  );

  it('is a reference or the typed error, and nothing else', () => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseReference(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidReferenceError);
        }
      }),
    );
  });

  it('that is a reference has a canonical form which is its own canonical form', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const reference = tryParse(text);
        fc.pre(reference !== undefined);
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(parseTagKey(tagKeyOf(reference))).toEqual(
          reference.tag === undefined ? reference : { ...reference, digest: undefined },
        );
        expect(laneOf(reference.registry)).toBe(reference.registry);
      }),
    );
  });

  it.each([
    `${'a-'.repeat(50_000)}/`,
    `${'a.'.repeat(50_000)}!/x`,
    `x/${'a_'.repeat(50_000)}`,
    `x:${'a'.repeat(100_000)}`,
    `[${':'.repeat(100_000)}/x`,
    `x.y:${'9'.repeat(100_000)}/x`,
  ])('that is long and hostile is refused in linear time', (text) => {
    expect(() => parseReference(text)).toThrow(InvalidReferenceError);
  });
});

function tryParse(text: string) {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

describe('tag keys', () => {
  it('never carry the digest beside a tag', () => {
    expect(tagKeyOf(parseReference(`nginx:1@${SHA256}`))).toBe('docker.io/library/nginx:1');
  });

  it('are repository@digest without a tag', () => {
    expect(tagKeyOf(parseReference(`nginx@${SHA256}`))).toBe(`docker.io/library/nginx@${SHA256}`);
  });

  it.each(['nginx', 'docker.io/library/nginx', `docker.io/library/nginx:1@${SHA256}`])(
    'are canonical: %s is none',
    (key) => {
      expect(() => parseTagKey(key)).toThrow(InvalidReferenceError);
    },
  );
});

describe('the parts of a reference', () => {
  it('are named without inventing a tag', () => {
    expect(parseName('ghcr.io/acme/app')).toEqual({ registry: 'ghcr.io', repository: 'acme/app' });
  });

  it('have a repository key', () => {
    expect(repositoryKeyOf(parseReference('alpine:edge'))).toBe('docker.io/library/alpine');
  });

  it('have a registry whose aliases share one lane', () => {
    expect(laneOf('registry-1.docker.io')).toBe('docker.io');
    expect(parseRegistry('GHCR.io:443')).toBe('ghcr.io:443');
    expect(() => parseRegistry('ghcr.io/acme')).toThrow(InvalidReferenceError);
  });
});

describe('what people paste', () => {
  it.each([
    ['docker://nginx', 'nginx'],
    ['oci://ghcr.io/a/b', 'ghcr.io/a/b'],
    ['https://ghcr.io/a/b', 'ghcr.io/a/b'],
    ['http://ghcr.io/a/b', 'http://ghcr.io/a/b'],
    ['nginx', 'nginx'],
  ])('loses the transport of %s', (text, expected) => {
    expect(stripTransport(text)).toBe(expected);
  });
});
