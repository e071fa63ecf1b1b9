import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Case,
  type Evidence,
  Recorder,
  readEvidence,
  replayedRegistry,
  writeEvidence,
} from '../../../lambda/adapters/evidence/index.ts';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Registry } from '../../../lambda/application/ports.ts';
import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import { policyHashOf } from '../../../lambda/domain/policy-hash.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import {
  CAPTURED,
  CAPTURED_ROOT,
  IMAGE,
  keyless,
  policyOf,
  REPOSITORY,
  rootsOf,
} from '../sigstore/policies.ts';

const AT = '2026-11-24T00:00:00.000Z';
const policy = policyOf(keyless());
const policyHash = policyHashOf(policy);

function verifierOn(registry: Registry) {
  return createVerifier({
    registry,
    trustRoots: rootsOf({ captured: CAPTURED_ROOT }),
    now: () => new Date(AT),
  });
}

async function recorded(): Promise<Evidence> {
  const recorder = new Recorder();
  const registry = recorder.of(MemoryRegistry.load(join(CAPTURED, 'keyless-v1-bundle')));
  await registry.getManifest(REPOSITORY, IMAGE);
  const verification = await verifierOn(registry).verify(REPOSITORY, IMAGE, policy, policyHash);
  const about: Case = {
    reference: 'registry.example/acme/app:v1',
    repository: REPOSITORY,
    digest: IMAGE,
    question: { kind: 'signature' },
    ...{ policy, policyHash, verification, at: AT },
    trustRoot: { name: 'captured', bytes: CAPTURED_ROOT },
    tool: 'tagwarden test',
  };
  return recorder.evidence(about);
}

let place: string;
let good: string;
let root: Digest;
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'tagwarden-evidence-'));
  good = join(place, 'good');
  root = await writeEvidence(good, await recorded());
});
afterAll(() => rmSync(place, { recursive: true }));

let folder: string;
let copies = 0;
beforeEach(() => {
  copies += 1;
  folder = join(place, `copy-${copies}`);
  cpSync(good, folder, { recursive: true });
});

const filesIn = () => readdirSync(join(good, 'bytes'));
const someFile = () => join(folder, 'bytes', filesIn()[0] ?? '');

describe('a folder of evidence', () => {
  it('is read as it was written, and only its owner may read it', async () => {
    const { document, files } = await readEvidence(folder, root);
    expect(document.verification.verdict).toBe('verified');
    expect([...files.keys()].sort()).toEqual(filesIn().sort());
    expect(statSync(join(good, 'evidence.json')).mode & 0o077).toBe(0);
    expect(statSync(join(good, 'bytes')).mode & 0o077).toBe(0);
  });

  it('has the hash of the document as its root', () => {
    expect(digestOf(readFileSync(join(good, 'evidence.json')))).toBe(root);
  });

  it('is not written over anything', async () => {
    const evidence = await recorded();
    await expect(writeEvidence(folder, evidence)).rejects.toMatchObject({
      code: 'EVIDENCE_EXISTS',
    });
  });

  it('is not written beyond what can be kept', async () => {
    const { document, files } = await recorded();
    const huge = { ...document, files: { ...document.files, ['a'.repeat(64)]: 300 * 1024 * 1024 } };
    const target = join(place, 'huge');
    await expect(writeEvidence(target, { document: huge, files })).rejects.toMatchObject({
      code: 'EVIDENCE_TOO_LARGE',
    });
  });
});

function flipped(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

describe('when somebody had his hands on it', () => {
  const attacks: [what: string, perform: () => unknown][] = [
    ['the document was changed', () => flipped(join(folder, 'evidence.json'), 1_000)],
    ['the document was extended', () => appendFileSync(join(folder, 'evidence.json'), ' ')],
    [
      'the document says another verdict',
      () => {
        const path = join(folder, 'evidence.json');
        const text = readFileSync(path, 'utf8');
        writeFileSync(path, text.replace('"verdict": "verified"', '"verdict": "rejected"'));
      },
    ],
    ['a file was cut', () => truncateSync(someFile(), 10)],
    ['a file was extended', () => appendFileSync(someFile(), ' ')],
    ['a file is missing', () => rmSync(someFile())],
    ['a file was added', () => writeFileSync(join(folder, 'bytes', 'f'.repeat(64)), 'more')],
    ['a file was added beside the document', () => writeFileSync(join(folder, 'README'), 'more')],
    [
      'two files were exchanged',
      () => {
        const [one = '', two = ''] = filesIn().map((name) => join(folder, 'bytes', name));
        renameSync(one, `${one}.aside`);
        renameSync(two, one);
        renameSync(`${one}.aside`, two);
      },
    ],
    [
      'a file is a link to the same bytes elsewhere',
      () => {
        const file = someFile();
        rmSync(file);
        symlinkSync(join(good, 'bytes', filesIn()[0] ?? ''), file);
      },
    ],
    [
      'the folder of files is a link',
      () => {
        rmSync(join(folder, 'bytes'), { recursive: true });
        symlinkSync(join(good, 'bytes'), join(folder, 'bytes'));
      },
    ],
    [
      'the document is a link',
      () => {
        rmSync(join(folder, 'evidence.json'));
        symlinkSync(join(good, 'evidence.json'), join(folder, 'evidence.json'));
      },
    ],
    [
      'a file is a folder',
      () => {
        rmSync(someFile());
        mkdirSync(someFile());
      },
    ],
    [
      'a file is a pipe that nobody writes to',
      () => {
        rmSync(someFile());
        execFileSync('mkfifo', [someFile()]);
      },
    ],
  ];

  it.each(attacks)('is refused: %s', async (_, perform) => {
    await perform();
    await expect(readEvidence(folder, root)).rejects.toMatchObject({ code: 'NOT_EVIDENCE' });
  });

  it('is refused whichever file was changed', async () => {
    for (const name of filesIn()) {
      const file = join(folder, 'bytes', name);
      flipped(file, 7);
      await expect(readEvidence(folder, root)).rejects.toMatchObject({ code: 'NOT_EVIDENCE' });
      flipped(file, 7);
    }
    await expect(readEvidence(folder, root)).resolves.toBeDefined();
  });

  it('is refused under a root of its own making, where a name is a path', async () => {
    const path = join(folder, 'evidence.json');
    const document = JSON.parse(readFileSync(path, 'utf8'));
    document.files['../../good/evidence.json'] = 1;
    writeFileSync(path, JSON.stringify(document));
    const own = digestOf(readFileSync(path));
    await expect(readEvidence(folder, own)).rejects.toMatchObject({ code: 'EVIDENCE_UNREADABLE' });
  });

  it.each(['', '{}', '{"v":2}', '[]', 'null'])(
    'is refused under a root of its own: %s',
    async (text) => {
      const path = join(folder, 'evidence.json');
      writeFileSync(path, text);
      const own = digestOf(readFileSync(path));
      await expect(readEvidence(folder, own)).rejects.toMatchObject({
        code: 'EVIDENCE_UNREADABLE',
      });
    },
  );

  it('is unreadable when the document is gone', async () => {
    rmSync(join(folder, 'evidence.json'));
    await expect(readEvidence(folder, root)).rejects.toMatchObject({ code: 'EVIDENCE_UNREADABLE' });
  });
});

describe('the registry of the evidence', () => {
  async function verdictOn(change: (evidence: Evidence) => Evidence): Promise<string> {
    const evidence = change(await readEvidence(folder, root));
    const verifier = verifierOn(replayedRegistry(evidence));
    return (await verifier.verify(REPOSITORY, IMAGE, policy, policyHash)).verdict;
  }

  it('answers what was answered', async () => {
    expect(await verdictOn((evidence) => evidence)).toBe('verified');
  });

  it('does not say "there is none" of what was not recorded', async () => {
    const without = ({ document, files }: Evidence, asked: string): Evidence => ({
      document: { ...document, answers: document.answers.filter(({ ask }) => ask.of !== asked) },
      files,
    });
    for (const asked of ['referrers', 'manifest', 'blob']) {
      expect(await verdictOn((evidence) => without(evidence, asked))).toBe('inconclusive');
    }
  });

  it('is of one repository', async () => {
    const evidence = await readEvidence(folder, root);
    const elsewhere = { ...REPOSITORY, repository: 'acme/other' };
    const found = await verifierOn(replayedRegistry(evidence)).verify(
      elsewhere,
      IMAGE,
      policy,
      policyHash,
    );
    expect(found.verdict).toBe('inconclusive');
  });

  it('hashes the bytes of a digest once more', async () => {
    const swapped = ({ document, files }: Evidence): Evidence => {
      const [file = ''] = files.keys();
      const answers = document.answers.map(({ ask, answer }) =>
        ask.of === 'blob' ? { ask, answer: { kind: 'bytes' as const, file } } : { ask, answer },
      );
      return { document: { ...document, answers }, files };
    };
    expect(await verdictOn(swapped)).toBe('inconclusive');
  });
});
