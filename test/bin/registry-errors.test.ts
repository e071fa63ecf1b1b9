import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { explain } from '../../bin/cli-error.ts';
import { EXIT } from '../../bin/exit-codes.ts';
import { RegistryError, type RegistryErrorCode } from '../../lambda/adapters/registry/index.ts';
import {
  type Fault,
  ociError,
  pushImage,
  type RegistryDouble,
  selfSigned,
  startRegistry,
} from '../support/registry/index.ts';
import { Shell } from './support.ts';

const PASSWORD = 'correct-horse';
const TLS = selfSigned();
const challenge = (realm: string) => ({ 'www-authenticate': `Bearer realm="${realm}"` });

/** How a registry fails, and what a person is told: HOST stands for it. */
interface Failure {
  readonly fault?: Fault | ((own: RegistryDouble) => Fault);
  readonly tls?: typeof TLS;
  readonly closed?: true;
  /** Instead of the host of a registry double. */
  readonly host?: string;
  /** What a GET is told about, which has a body. */
  readonly told: string;
  /** What a HEAD is, where it fails already. */
  readonly toldByHead?: string;
}

const ASKED = 'HOST: GET manifest app:1';

/** One row per code; what cannot be had from a registry in a moment is below. */
const FAILURES: Readonly<
  Record<Exclude<RegistryErrorCode, 'TIMEOUT' | 'CREDENTIALS_UNKNOWN'>, Failure>
> = {
  UNREACHABLE: {
    closed: true,
    told: 'HOST: GET manifest app:1: connect ECONNREFUSED HOST: check the name of the registry and the network, or try again later',
  },
  TLS: {
    tls: TLS,
    told: "HOST: GET manifest app:1: self-signed certificate: check the registry's certificate, or name its authority (`ca`) under `registries`",
  },
  THROTTLED: {
    fault: {
      answer: {
        ...ociError(429, 'TOOMANYREQUESTS', 'slow down'),
        headers: { 'retry-after': '90' },
      },
    },
    told: `${ASKED} answered 429 TOOMANYREQUESTS (slow down): wait 90 s, or log in for a larger quota`,
    toldByHead: 'HOST: HEAD manifest app:1 answered 429: wait 90 s, or log in for a larger quota',
  },
  QUOTA: {
    fault: {
      answer: {
        ...ociError(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit'),
        headers: { 'ratelimit-remaining': '0;w=21600' },
      },
    },
    told: `${ASKED} answered 429 TOOMANYREQUESTS (You have reached your pull rate limit): wait 6 h, or log in for a larger quota`,
    toldByHead: 'HOST: HEAD manifest app:1 answered 429: wait 6 h, or log in for a larger quota',
  },
  SERVER_ERROR: {
    fault: { method: 'GET', answer: ociError(500, 'UNKNOWN', 'upstream:\u001b[31m denied\nstack') },
    told: `${ASKED} answered 500 UNKNOWN (upstream: [31m denied): try again later`,
  },
  BAD_TOKEN: {
    fault: ({ origin }) => ({
      answer: ({ path }) =>
        path === '/token'
          ? { status: 200, headers: {}, body: `{"echo":"${PASSWORD}"}` }
          : ociError(401, 'UNAUTHORIZED', '', challenge(`${origin}/token`)),
    }),
    told: 'HOST: GET token of http://HOST answered without a usable token: check the credentials and the token server of the registry',
  },
  REALM_FORBIDDEN: {
    fault: { answer: ociError(401, 'UNAUTHORIZED', '', challenge('http://evil.example/token')) },
    told: 'HOST names the token server http://evil.example, of another domain, so that the credential is not sent to it: if it belongs to that registry, name it under `registries` of the watch list: {host: "HOST", tokenHosts: ["evil.example"]}',
  },
  ADDRESS_FORBIDDEN: {
    host: '169.254.169.254',
    told: 'HOST: GET manifest app:1: HOST is not a public address: if that registry is yours, name it under `registries` of the watch list with `allowPrivate: true`',
  },
  REDIRECT_FORBIDDEN: {
    fault: { answer: { status: 307, headers: { location: 'ftp://files.example/a' }, body: '' } },
    told: 'HOST: GET manifest app:1 is redirected to ftp://files.example/a: ask whoever runs the registry; it was not followed',
  },
  DIGEST_MISMATCH: {
    fault: { method: 'GET', body: '{}' },
    told: `${ASKED} answered with bytes whose digest is sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a, not DIGEST: do not trust what it delivered; a proxy in between, or the registry, is at fault`,
  },
  TOO_LARGE: {
    fault: { method: 'GET', headers: { 'content-length': '5000000' }, hang: false, cut: 1 },
    told: `${ASKED}: more than 4194304 bytes came: it was not read`,
  },
  NOT_OCI: {
    fault: {
      method: 'GET',
      answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    },
    told: `${ASKED} answered with a web page: check that the host is a registry, and that no proxy or login page answers for it`,
  },
  NOT_ACCEPTED: {
    fault: { answer: ociError(404, 'MANIFEST_UNKNOWN', 'Accept header does not support it') },
    told: `${ASKED} answered 404 MANIFEST_UNKNOWN (Accept header does not support it): it is there, but in none of the formats that Tagwarden reads`,
  },
  PROTOCOL: {
    fault: { answer: { status: 418, headers: { 'content-type': 'text/plain' }, body: 'teapot' } },
    told: `${ASKED} answered 418 (teapot): check that the host is a registry`,
    toldByHead: 'HOST: HEAD manifest app:1 answered 418: check that the host is a registry',
  },
};

/** A scan asks by HEAD first: these do not get as far as to a GET. */
const METHOD_OF_SCAN: Readonly<Record<string, string>> = {
  UNREACHABLE: 'HEAD',
  TLS: 'HEAD',
  ADDRESS_FORBIDDEN: 'HEAD',
  REDIRECT_FORBIDDEN: 'HEAD',
};

interface Failing {
  readonly code: string;
  readonly host: string;
  readonly told: string;
  readonly toldByHead: string;
}

const shell = new Shell();
const open: RegistryDouble[] = [];
let failing: Failing[] = [];

beforeAll(async () => {
  failing = await Promise.all(
    Object.entries(FAILURES).map(([code, failure]) => started(code, failure)),
  );
  const auth = Buffer.from(`me:${PASSWORD}`).toString('base64');
  const auths = Object.fromEntries(failing.map(({ host }) => [host, { auth }]));
  writeFileSync(join(shell.folder, 'config.json'), JSON.stringify({ auths }));
  const registries = failing.map(({ code, host }) => ({
    host,
    ...(code === 'TLS' ? { ca: selfSigned().cert } : {}),
  }));
  const watch = failing.map(({ host }) => `${host}/app:1`);
  const list = { version: 1, defaults: { policy: 'none' }, registries, watch };
  writeFileSync(join(shell.folder, 'watchlist.yaml'), JSON.stringify(list));
});
afterAll(async () => {
  await Promise.all(open.map((registry) => registry.close()));
  shell.remove();
});

async function started(code: string, failure: Failure): Promise<Failing> {
  const { tls, closed, fault, host } = failure;
  const registry = await startRegistry(tls === undefined ? {} : { tls });
  open.push(registry);
  const { digest } = pushImage(registry, 'app', '1', { content: code });
  if (fault !== undefined) {
    registry.faults.add(typeof fault === 'function' ? fault(registry) : fault);
  }
  const known = host ?? registry.host;
  if (closed === true) await registry.close();
  const told = failure.told.replaceAll('HOST', known).replace('DIGEST', digest);
  const toldByHead = failure.toldByHead?.replaceAll('HOST', known);
  return { code, host: known, told, toldByHead: toldByHead ?? told };
}

const world = () => ({ env: { DOCKER_CONFIG: shell.folder } });

interface Row {
  readonly tag: string;
  readonly outcome?: string;
  readonly detail?: string;
  readonly inconclusive?: { readonly detail: string };
}

async function rows(line: string): Promise<ReadonlyMap<string, Row>> {
  const { stdout, stderr } = await shell.run(line, world());
  expect(stdout + stderr).not.toContain(PASSWORD);
  return new Map((JSON.parse(stdout) as Row[]).map((row) => [row.tag, row]));
}

describe('every failure of a registry', () => {
  it('is told by a command: what was asked, what came back, what to do', async () => {
    const found = await rows('-o json check');
    const told = failing.map(({ code, host }) => [code, found.get(`${host}/app:1`)?.detail]);
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(failing.map((each) => [each.code, each.told])),
    );
    const outcomes = new Set([...found.values()].map(({ outcome }) => outcome));
    expect(outcomes).toEqual(new Set(['inconclusive']));
  });

  it('is kept by a scan as the reason why a tag is inconclusive, with both its ends', async () => {
    await shell.run('scan', world());
    const status = await rows('-o json status');
    for (const { code, host, toldByHead } of failing) {
      const [start = '', end = ''] =
        status.get(`${host}/app:1`)?.inconclusive?.detail.split('…') ?? [];
      const told = toldByHead.replace('GET', METHOD_OF_SCAN[code] ?? 'GET');
      expect([code, start, end]).toEqual([
        code,
        told.slice(0, start.length),
        end === '' ? '' : told.slice(-end.length),
      ]);
      expect(start.length + end.length).toBeGreaterThan(70);
    }
  });

  it.each<RegistryErrorCode>([
    ...(Object.keys(FAILURES) as (keyof typeof FAILURES)[]),
    'TIMEOUT',
    'CREDENTIALS_UNKNOWN',
  ])('is one line, and an exit that says to try again: %s', (code) => {
    const explained = explain(new RegistryError(code, 'ghcr.io: HEAD manifest a:1'));
    expect(explained).toMatchObject({ exit: EXIT.tryAgain });
    expect(explained?.message).toMatch(/^ghcr\.io: HEAD manifest a:1: \S.{5,}$/);
  });
});
