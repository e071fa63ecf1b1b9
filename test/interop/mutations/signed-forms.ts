import type { Bench, Wanted } from '../../support/sigstore/bench.ts';
import { IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { COSIGN_SIGN } from '../../support/sigstore/bundle.ts';
import { makeAttestationLayer, simpleSigning } from '../../support/sigstore/legacy.ts';
import { dsse, inToto001 } from '../../support/sigstore/log-requests.ts';
import type { Signer } from '../../support/sigstore/signer.ts';
import type { Exhibit } from './exhibits.ts';

/** What its maker may have made in an odd way. */
export type SignedPart = 'payload' | 'certificate' | 'log entry' | 'timestamp';

/** A way to sign an image. */
export interface Form extends Pick<Exhibit, 'command' | 'flags'> {
  readonly name: string;
  readonly parts: readonly SignedPart[];
  /** @param change of what is signed. */
  readonly build: (bench: Bench, key: Signer, change: Change) => Promise<void>;
}

type Change = (json: Buffer) => Buffer;

interface Attested extends Wanted {
  readonly entryFor?: typeof dsse;
}

const CUSTOM = 'https://example.com/custom';

const KEY = '--key signer.pub --insecure-ignore-tlog';
const LOGGED_KEY = '--key signer.pub --trusted-root {root}';
const KEYLESS = `--trusted-root {root} --certificate-identity ${IDENTITY} --certificate-oidc-issuer ${ISSUER}`;
const STAMPED = `${KEYLESS} --use-signed-timestamps`;

/** Someone whose certificate comes directly from the authority, whatever it makes of it. */
function someone(bench: Bench): Signer {
  return bench.unusual({});
}

function bundle(
  wanted: (bench: Bench, key: Signer) => Wanted,
  predicateType = COSIGN_SIGN,
): Form['build'] {
  return async (bench, key, change) => {
    const content = change(json(bench.statement(bench.digest, predicateType)));
    await bench.attach(await bench.bundle({ ...wanted(bench, key), content }));
  };
}

function legacy(wanted: (bench: Bench, key: Signer) => Wanted): Form['build'] {
  return async (bench, key, change) => {
    const payload = simpleSigning('registry.example/acme/app', bench.digest);
    const layer = await bench.layer({ ...wanted(bench, key), content: change(json(payload)) });
    await bench.attachLayers([layer]);
  };
}

/** What a layer of the `.att` tag has, of which only the log knows the hash. */
function attestation(wanted: (bench: Bench, key: Signer) => Attested): Form['build'] {
  return async (bench, key, change) => {
    const {
      signer = key,
      recorded = 'v1',
      timestamped = false,
      entryFor = dsse,
    } = wanted(bench, key);
    const statement = change(json(bench.statement(bench.digest, CUSTOM, { Data: 'x' })));
    const options = { recorded, timestamped };
    const layer = await makeAttestationLayer(
      ...([bench.sigstore, signer, statement, CUSTOM, options, entryFor] as const),
    );
    await bench.attachLayers([layer], 'att');
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const unlogged = (_: Bench, signer: Signer): Wanted => ({ signer, recorded: 'none' });
const logged = (_: Bench, signer: Signer): Wanted => ({ signer });
const loggedV2 = (_: Bench, signer: Signer): Wanted => ({
  signer,
  recorded: 'v2',
  timestamped: false,
});
const keyless = (bench: Bench): Wanted => ({ signer: someone(bench) });
const keylessV2 = (bench: Bench): Wanted => ({ signer: someone(bench), recorded: 'v2' });
const stamped = (bench: Bench): Wanted => ({ signer: someone(bench), timestamped: true });

export const FORMS: readonly Form[] = [
  verify('key bundle', KEY, ['payload'], bundle(unlogged)),
  verify('key legacy', KEY, ['payload'], legacy(unlogged)),
  verify('key bundle in the v1 log', LOGGED_KEY, ['log entry'], bundle(logged)),
  verify('key bundle in the v2 log', LOGGED_KEY, ['log entry'], bundle(loggedV2)),
  verify('key legacy in the log', LOGGED_KEY, ['payload', 'log entry'], legacy(logged)),
  verify('v1 bundle', KEYLESS, ['payload', 'certificate', 'log entry'], bundle(keyless)),
  verify('v2 bundle', KEYLESS, ['certificate', 'log entry', 'timestamp'], bundle(keylessV2)),
  verify('stamped v1 bundle', STAMPED, ['certificate', 'timestamp'], bundle(stamped)),
  verify('keyless legacy', KEYLESS, ['payload', 'certificate', 'log entry'], legacy(keyless)),
  verify('stamped keyless legacy', STAMPED, ['timestamp'], legacy(stamped)),
  verifyAttestation('key attestation bundle', KEY, ['payload'], bundle(unlogged, CUSTOM)),
  verifyAttestation('key attestation legacy', KEY, ['payload'], attestation(unlogged)),
  verifyAttestation('v1 attestation bundle', KEYLESS, ['payload'], bundle(keyless, CUSTOM)),
  verifyAttestation(
    ...(['keyless attestation legacy', KEYLESS] as const),
    ['payload', 'certificate', 'log entry'],
    attestation(keyless),
  ),
  verifyAttestation(
    ...(['keyless attestation legacy of cosign 1', KEYLESS] as const),
    ['payload', 'log entry'],
    attestation((bench) => ({ ...keyless(bench), entryFor: inToto001 })),
  ),
  verifyAttestation('stamped attestation legacy', STAMPED, ['timestamp'], attestation(stamped)),
];

function verify(
  name: string,
  flags: string,
  parts: readonly SignedPart[],
  build: Form['build'],
): Form {
  return { name, command: 'verify', flags, parts, build };
}

function verifyAttestation(
  name: string,
  flags: string,
  parts: readonly SignedPart[],
  build: Form['build'],
): Form {
  const command = 'verify-attestation';
  return { name, command, flags: `${flags} --type ${CUSTOM}`, parts, build };
}
