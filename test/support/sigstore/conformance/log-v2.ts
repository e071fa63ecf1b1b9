import { sign } from 'node:crypto';
import { hashedRekordV2 } from '../log-requests.ts';
import { logToV2 } from '../services.ts';
import { generateP256 } from '../x509.ts';
import { entryOf, type FileBench, type FileBundle, flipped, signatureOf } from './bench.ts';
import type { Vector } from './vector.ts';

interface Note {
  readonly origin: string;
  readonly size: string;
  readonly root: string;
  /** Each with its line break. */
  readonly signatures: readonly string[];
}

/** Writes the checkpoint anew; `resign` puts the log's own signature over what is written. */
async function withCheckpoint(
  bench: FileBench,
  lines: (note: Note) => readonly string[],
  signatures: (note: Note, resigned: string) => readonly string[],
): Promise<FileBundle> {
  const bundle = await bench.message({ recorded: 'v2' });
  const checkpoint = entryOf(bundle).inclusionProof?.checkpoint;
  if (checkpoint === undefined) throw new Error('there is no checkpoint');
  const [text = '', signed = ''] = checkpoint.envelope.split('\n\n');
  const [origin = '', size = '', root = ''] = text.split('\n');
  const note = {
    origin,
    size,
    root,
    signatures: signed
      .split('\n')
      .filter(Boolean)
      .map((line) => `${line}\n`),
  };
  const body = lines(note)
    .map((line) => `${line}\n`)
    .join('');
  const { keys, id } = bench.sigstore.services.rekorV2;
  const own = Buffer.concat([id.subarray(0, 4), sign(null, Buffer.from(body), keys.privateKey)]);
  const resigned = `\u2014 ${origin} ${own.toString('base64')}\n`;
  checkpoint.envelope = `${body}\n${signatures(note, resigned).join('')}`;
  return bundle;
}

const whole = ({ origin, size, root }: Note) => [origin, size, root];

/** The line of somebody who also signed the checkpoint, whom nobody here knows. */
function cosigned(name: string): string {
  const signature = sign('sha256', Buffer.from(name), generateP256().privateKey);
  return `\u2014 ${name} ${Buffer.concat([Buffer.from(name.slice(-4)), signature]).toString('base64')}\n`;
}

function checkpoint(
  name: string,
  lines: (note: Note) => readonly string[],
  signatures: (note: Note, resigned: string) => readonly string[],
): Vector {
  return {
    name,
    build: async (bench) => ({ bundle: await withCheckpoint(bench, lines, signatures) }),
  };
}

/** What Rekor v2 says of a signature. */
export const LOG_V2_VECTORS: readonly Vector[] = [
  {
    name: 'rekor2-happy-path',
    build: async (bench) => ({ bundle: await bench.message({ recorded: 'v2' }) }),
  },
  {
    name: 'rekor2-dsse-happy-path',
    build: async (bench) => ({ bundle: await bench.attested({ recorded: 'v2' }) }),
  },
  {
    name: 'rekor2-dsse-invalid-sig_fail',
    build: async (bench) => {
      const bundle = await bench.attested({ recorded: 'v2' });
      const [signature] = bundle.dsseEnvelope?.signatures ?? [];
      if (signature) signature.sig = flipped(signature.sig);
      return { bundle };
    },
  },
  {
    name: 'rekor2-dsse-mismatch-envelope_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      const bundle = await bench.attested({ signer, recorded: 'v2' });
      const entry = hashedRekordV2(bench.otherFile, signatureOf(bundle), signer);
      bundle.verificationMaterial.tlogEntries = [await logToV2(bench.sigstore.url, entry)];
      return { bundle };
    },
  },
  {
    name: 'rekor2-dsse-mismatch-sig_fail',
    build: async (bench) => {
      const signer = await bench.someone();
      const [bundle, other] = [
        await bench.attested({ signer, recorded: 'v2' }),
        await bench.attested({ signer, recorded: 'v2' }),
      ];
      bundle.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
      return { bundle };
    },
  },
  {
    name: 'rekor2-no-inclusion-proof_fail',
    build: async (bench) => {
      const bundle = await bench.message({ recorded: 'v2' });
      delete entryOf(bundle).inclusionProof;
      return { bundle };
    },
  },
  {
    name: 'rekor2-no-timestamp_fail',
    build: async (bench) => ({
      bundle: await bench.message({ recorded: 'v2', timestamped: false }),
    }),
  },

  checkpoint('rekor2-checkpoint-cosigned', whole, (_, own) => [own, cosigned('witness.example')]),
  checkpoint('rekor2-checkpoint-multiple-cosigs', whole, (_, own) => [
    own,
    cosigned('witness.example/a'),
    cosigned('witness.example/b'),
    cosigned('witness.example/c'),
  ]),
  checkpoint('rekor2-checkpoint-origin-not-first', whole, (_, own) => [
    cosigned('witness.example'),
    own,
  ]),
  checkpoint('rekor2-checkpoint-two-sigs-from-origin', whole, ({ origin }, own) => [
    own,
    cosigned(origin),
  ]),
  checkpoint('rekor2-checkpoint-two-sigs-cosigned', whole, ({ origin }, own) => [
    cosigned('witness.example'),
    cosigned(origin),
    own,
  ]),
  checkpoint('rekor2-checkpoint-missing-log-signature_fail', whole, () => [
    cosigned('witness.example'),
  ]),
  checkpoint('rekor2-checkpoint-no-matching-signature_fail', whole, (_, own) => [
    own.replace(/^\u2014 \S+/, '\u2014 other.example'),
  ]),
  checkpoint(
    'rekor2-checkpoint-missing-origin_fail',
    ({ size, root }) => [size, root],
    (_, own) => [own],
  ),
  checkpoint(
    'rekor2-checkpoint-missing-size_fail',
    ({ origin, root }) => [origin, root],
    (_, own) => [own],
  ),
  checkpoint(
    'rekor2-checkpoint-missing-root-hash_fail',
    ({ origin, size }) => [origin, size],
    (_, own) => [own],
  ),
];
