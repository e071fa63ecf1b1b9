import { generateKeyPairSync } from 'node:crypto';
import { Authority, type UnusualIntermediate } from '../authority.ts';
import type { Bench } from '../bench.ts';
import { der, oid, sequence, tagged } from '../der.ts';
import { extension } from '../x509.ts';
import { BROKEN, type Case, OTHER, VERIFIED } from './case.ts';

const HOUR = 3_600_000;
const IGNORING = { by: 'keyless', ignoreTlog: true } as const;
const STAMPED = { by: 'keyless', useSignedTimestamps: true } as const;

/** An authority instead of the one that the root has. */
function authorityOf(bench: Bench, unusual: UnusualIntermediate): Authority {
  const now = bench.sigstore.now().getTime();
  const [start, end] = [new Date(now - 24 * HOUR), new Date(now + 24 * HOUR)];
  const authority = new Authority(bench.sigstore.services.ctLog, start, end, unusual);
  bench.trust((root) => {
    for (const { certChain } of root.certificateAuthorities) {
      certChain.certificates = authority.chain.map((bytes) => ({
        rawBytes: bytes.toString('base64'),
      }));
    }
  });
  return authority;
}

type Recording = Parameters<Bench['bundle']>[0];

function under(unusual: (bench: Bench) => UnusualIntermediate, how: Recording = {}): Case['build'] {
  return async (bench) => {
    const signer = bench.unusual({ authority: authorityOf(bench, unusual(bench)) });
    await bench.attach(await bench.bundle({ signer, ...how }));
  };
}

const expired = ({ sigstore }: Bench) => ({ notAfter: new Date(sigstore.now().getTime() - HOUR) });

const usages = (...ids: readonly string[]) => [
  extension('2.5.29.37', false, sequence(...ids.map(oid))),
];
const constraints = (value: Uint8Array) => [extension('2.5.29.30', true, sequence(value))];
const permitted = (host: string) => tagged(0, sequence(der(0x86, Buffer.from(host))));

/** What the authority's own certificates are, and what the root says of it. */
export const AUTHORITY_CASES: readonly Case[] = [
  {
    name: 'an authority of its own',
    build: under(() => ({})),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'an intermediate that had expired when it signed',
    build: under(expired),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'CVE-2026-24122: an intermediate that has expired, and no log',
    terms: IGNORING,
    build: under(expired, { recorded: 'none' }),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'an intermediate that had expired by the signed timestamp',
    terms: STAMPED,
    build: under(expired, { timestamped: true }),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'an intermediate that is no authority',
    build: under(() => ({ isAuthority: false })),
    cosign: 1,
    signature: BROKEN,
  },
  {
    name: 'G3: an intermediate for TLS servers',
    build: under(() => ({ extra: usages('1.3.6.1.5.5.7.3.1') })),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G3: an intermediate for TLS servers and for signing',
    build: under(() => ({ extra: usages('1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.3') })),
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'G4: an intermediate with a critical extension that nobody knows',
    build: under(() => ({ extra: [extension('1.2.3.4', true, Buffer.from([5, 0]))] })),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G4: an intermediate that constrains names',
    build: under(() => ({ extra: constraints(permitted('.example.com')) })),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G4: an intermediate that constrains names to what the signer has',
    build: under(() => ({ extra: constraints(permitted('github.com')) })),
    cosign: 0,
    ours: 1,
    why: 'nobody here enforces constraints of names, so that such an authority counts for nothing',
    signature: OTHER,
  },
  {
    name: 'G4: an intermediate that constrains names without calling that critical',
    build: under(() => ({
      extra: [extension('2.5.29.30', false, sequence(permitted('.example.com')))],
    })),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'G4: an intermediate with constraints that cannot be read',
    build: under(() => ({ extra: constraints(Buffer.from([5, 0])) })),
    cosign: 1,
    signature: OTHER,
  },
  {
    name: 'a certificate log of old beside the usual one, whose key is in PKCS #1',
    build: async (bench) => {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const der = publicKey.export({ type: 'pkcs1', format: 'der' });
      bench.trust(({ ctlogs }) => {
        const [log] = ctlogs;
        if (log === undefined) return;
        const key = { rawBytes: der.toString('base64'), keyDetails: 'PKCS1_RSA_PKCS1V5' };
        const keyId = Buffer.alloc(32, 1).toString('base64');
        ctlogs.push({ ...log, publicKey: { ...log.publicKey, ...key }, logId: { keyId } });
      });
      await bench.attach(await bench.bundle());
    },
    cosign: 0,
    signature: VERIFIED,
  },
  {
    name: 'an authority whose time was over when it signed',
    build: async (bench) => {
      const over = new Date(bench.sigstore.now().getTime() - HOUR).toISOString();
      bench.trust((root) => {
        for (const { validFor } of root.certificateAuthorities) validFor.end = over;
      });
      await bench.attach(await bench.bundle());
    },
    cosign: 1,
    signature: BROKEN,
  },
];
