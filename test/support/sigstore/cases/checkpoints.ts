import { BROKEN, type Case } from './case.ts';
import { onlyEntry } from './entries.ts';

/** A checkpoint whose signature hints at another key than it is by. */
function hintingAtNobody(envelope: string): string {
  return envelope.replace(/(\u2014 \S+ )(\S+)\n/, (_line, head: string, base64: string) => {
    const signature = Buffer.from(base64, 'base64').subarray(4);
    return `${head}${Buffer.concat([Buffer.alloc(4), signature]).toString('base64')}\n`;
  });
}

/** What a log signed of itself, and what an entry says of that. */
export const CHECKPOINT_CASES: readonly Case[] = [
  {
    name: 'G18: a Rekor v2 checkpoint of another origin',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2' });
      const checkpoint = onlyEntry(bundle).inclusionProof?.checkpoint;
      if (checkpoint) checkpoint.envelope = checkpoint.envelope.replace('127.0.0.1\n', '127\n');
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'checkpoint is of "127"',
  },
  {
    name: 'G18: a checkpoint signed under a part of the host name',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2' });
      const checkpoint = onlyEntry(bundle).inclusionProof?.checkpoint;
      if (checkpoint) {
        checkpoint.envelope = checkpoint.envelope.replace('\u2014 127.0.0.1 ', '\u2014 127 ');
      }
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'lacks the one signature of its origin',
  },
  {
    name: 'G18: a Rekor v2 checkpoint with a signature of its origin by another key',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2' });
      const checkpoint = onlyEntry(bundle).inclusionProof?.checkpoint;
      if (checkpoint) checkpoint.envelope = hintingAtNobody(checkpoint.envelope);
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'lacks the one signature of its origin',
  },
  {
    name: 'G18: a Rekor v2 checkpoint with its signature twice',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2' });
      const checkpoint = onlyEntry(bundle).inclusionProof?.checkpoint;
      if (checkpoint) checkpoint.envelope += checkpoint.envelope.split('\n\n')[1];
      await bench.attach(bundle);
    },
    cosign: 0,
    ours: 1,
    why: 'cosign passes over the second; a log signs once',
    signature: BROKEN,
    problem: 'lacks the one signature of its origin',
  },
  {
    name: 'G18: a Rekor v1 checkpoint with the signature of a witness',
    build: async (bench) => {
      const bundle = await bench.bundle();
      const checkpoint = onlyEntry(bundle).inclusionProof?.checkpoint;
      if (checkpoint) checkpoint.envelope += `\u2014 witness.example ${'A'.repeat(32)}\n`;
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'lacks the one signature of its origin',
  },
  {
    name: 'G18: a Rekor v2 proof of another index than its entry',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2' });
      const entry = onlyEntry(bundle);
      entry.logIndex = String(Number(entry.logIndex) + 1);
      await bench.attach(bundle);
    },
    cosign: 1,
    signature: BROKEN,
    problem: 'the proof is of another entry',
  },
  {
    name: 'G18: a proof of another size than its checkpoint',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2' });
      const proof = onlyEntry(bundle).inclusionProof;
      if (proof) proof.treeSize = String(Number(proof.treeSize) + 1_000_000);
      await bench.attach(bundle);
    },
    cosign: 0,
    ours: 1,
    why: 'cosign takes size and root of Rekor v2 from the checkpoint alone',
    signature: BROKEN,
    problem: 'the proof is of another tree',
  },
  {
    name: 'G18: a proof of another root than its checkpoint',
    build: async (bench) => {
      const bundle = await bench.bundle({ recorded: 'v2' });
      const proof = onlyEntry(bundle).inclusionProof;
      if (proof) proof.rootHash = Buffer.alloc(32).toString('base64');
      await bench.attach(bundle);
    },
    cosign: 0,
    ours: 1,
    why: 'cosign takes size and root of Rekor v2 from the checkpoint alone',
    signature: BROKEN,
    problem: 'the proof is of another tree',
  },
];
