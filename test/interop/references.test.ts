import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseName } from '../../lambda/domain/reference.ts';
import { Oracle, type OracleReference } from './oracle.ts';
import { suite } from './parity.ts';
import { findPeers } from './peers.ts';

/** What we make of a text: `registry/repository:tag@digest`, or that it is no reference. */
type Read = string;
const NONE: Read = 'no reference';

/**
 * Where we differ from distribution/reference on purpose, in this order: what it made of a text, and
 * what we make of that. Everything else has to be the same.
 */
const DIFFERENCES: Readonly<
  Record<string, (theirs: OracleReference) => OracleReference | undefined>
> = {
  'a first part that looks like a host and is none has no host at all there (`my_host.com/foo`)': (
    theirs,
  ) => (theirs.domain === '' ? refused(theirs) : undefined),
  'ports are numbers from 1 to 65535': (theirs) => {
    const port = /:([0-9]*)$/.exec(theirs.domain)?.[1];
    if (port === undefined) return undefined;
    if (Number(port) < 1 || Number(port) > 65_535) return refused(theirs);
    const domain = theirs.domain.replace(/:0*([0-9]+)$/, ':$1');
    return domain === theirs.domain ? undefined : { ...theirs, domain };
  },
  'digests are sha256 or sha512': (theirs) =>
    /^(?:sha256|sha512):|^$/.test(theirs.digest) ? undefined : refused(theirs),
  'hosts are compared as DNS does': (theirs) => {
    const domain = theirs.domain.toLowerCase();
    // In lower case it would be a namespace of Docker Hub.
    const isHost = domain === 'localhost' || /[.:]/.test(domain);
    return isHost && domain !== theirs.domain ? { ...theirs, domain } : undefined;
  },
  'all hosts of Docker Hub are one registry': (theirs) => {
    if (
      !/^(?:registry-1\.docker\.io|registry\.hub\.docker\.com|index\.docker\.io)$/.test(
        theirs.domain,
      )
    ) {
      return theirs.domain === 'docker.io' && !theirs.path.includes('/')
        ? { ...theirs, path: `library/${theirs.path}` }
        : undefined;
    }
    const path = theirs.path.includes('/') ? theirs.path : `library/${theirs.path}`;
    return { ...theirs, domain: 'docker.io', path };
  },
};

function refused(theirs: OracleReference): OracleReference {
  return { ...theirs, error: 'refused' };
}

const hex = (length: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).map((text) => text);
const host = fc.constantFrom(
  ...['ghcr.io', 'GHCR.io', 'localhost', 'Foo', 'foo', 'my_host.com', '[::1]', '[fe80::1]', '-a.b'],
  ...['docker.io', 'index.docker.io', 'registry-1.docker.io', 'Registry.Hub.Docker.com', 'a..b'],
  ...['example.com.', 'a-.b', '0x7f.1', '2130706433', '169.254.169.254', 'xn--bcher-kva.example'],
);
const port = fc.constantFrom('', '', ':5000', ':0', ':00443', ':65535', ':65536', ':', ':http');
const part = fc.oneof(
  fc.constantFrom('nginx', 'library', 'a', 'a.b', 'a__b', 'a___b', 'a--b', 'a-', '_a', 'A', 'a..b'),
  fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,6}$/),
);
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const tag = fc.oneof(
  fc.constantFrom('', '', ':latest', ':1.2', ':', ':.bad', ':-bad', `:${'x'.repeat(129)}`, ':A_b'),
  fc.stringMatching(/^:[\w.-]{1,8}$/),
);
const digest = fc.oneof(
  fc.constantFrom('', '', '', '@', '@sha256:abc', '@md5:d41d8cd98f00b204e9800998ecf8427e'),
  hex(64).map((text) => `@sha256:${text}`),
  hex(64).map((text) => `@sha256:${text.toUpperCase()}`),
  hex(96).map((text) => `@sha384:${text}`),
  hex(128).map((text) => `@sha512:${text}`),
  hex(64).map((text) => `@sha512:${text}`),
);
const references = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(host, port, fc.constant('/'), path, tag, digest) },
  { weight: 4, arbitrary: fc.tuple(path, tag, digest) },
  { weight: 1, arbitrary: fc.tuple(fc.string({ unit: 'grapheme' })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('docker://', 'oci://', 'https://', '/'), path) },
  { weight: 1, arbitrary: fc.tuple(hex(64)) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom('x/', 'ghcr.io/', ''),
      fc.integer({ min: 250, max: 260 }).map((length) => 'a'.repeat(length)),
    ),
  },
);

suite('references', () => {
  it('are read as distribution/reference reads them, but for what is listed', () => {
    const oracle = new Oracle(findPeers()?.oracle ?? '');
    const sampled = fc.sample(
      references.map((parts) => parts.join('')),
      { numRuns: 20_000, seed: 20_260_319 },
    );
    const texts = [...new Set(sampled)].filter((text) => text.isWellFormed());
    const theirs = oracle.references(texts);
    const seen = new Set<string>();
    const wrong = texts.flatMap((text, index) => {
      const expected = wanted(theirs[index] as OracleReference, seen);
      const found = ours(text);
      return found === expected ? [] : [{ text, found, expected }];
    });
    expect(wrong.slice(0, 20)).toEqual([]);
    expect([...seen].sort()).toEqual(Object.keys(DIFFERENCES).sort());
    expect(texts.length).toBeGreaterThan(5_000);
  });
});

function wanted(theirs: OracleReference, seen: Set<string>): Read {
  let expected = theirs;
  for (const [name, difference] of Object.entries(DIFFERENCES)) {
    if (expected.error !== '') return NONE;
    const other = difference(expected);
    if (other === undefined) continue;
    seen.add(name);
    expected = other;
  }
  if (expected.error !== '') return NONE;
  const { domain, path: name, tag: named, digest: pinned } = expected;
  return `${domain}/${name}:${named}@${pinned}`;
}

function ours(text: string): Read {
  try {
    const { registry, repository, tag: named = '', digest: pinned = '' } = parseName(text);
    return `${registry}/${repository}:${named}@${pinned}`;
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'INVALID_REFERENCE') return NONE;
    throw thrown;
  }
}
