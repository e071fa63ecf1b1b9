import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../lambda/domain/digest.ts';
import { IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { FileBench } from '../../support/sigstore/conformance/index.ts';
import { Shell } from '../support.ts';

const shell = new Shell();
let bench: FileBench;
let digest: string;
beforeAll(async () => {
  bench = await FileBench.start();
  digest = digestOf(bench.file);
  const files: Record<string, string | Uint8Array> = {
    'a.txt': bench.file,
    'other.txt': bench.otherFile,
    'root.json': bench.root(),
    'keyless.json': JSON.stringify(await bench.message()),
    'key.json': JSON.stringify(await bench.message({ signer: bench.key })),
    'dsse.json': JSON.stringify(await bench.attested()),
    'key.pub': bench.key.pem,
    'other.pub': bench.otherKey.pem,
    'large.json': Buffer.alloc(8 * 1024 * 1024 + 1),
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(shell.folder, name), content);
  }
});
afterAll(async () => {
  await bench.close();
  shell.remove();
});

const RELEASE = `--certificate-identity ${IDENTITY} --certificate-oidc-issuer ${ISSUER}`;
const verify = (line: string) => shell.run(`verify-bundle --trusted-root root.json ${line}`);

describe('verify-bundle', () => {
  it.each([
    [`--bundle keyless.json ${RELEASE} a.txt`, 0],
    [`--bundle keyless.json ${RELEASE} other.txt`, 1],
    [`--bundle keyless.json ${RELEASE}.example a.txt`, 1],
    [`--bundle dsse.json ${RELEASE} a.txt`, 0],
    [`--bundle dsse.json ${RELEASE} other.txt`, 1],
    ['--bundle key.json --key key.pub a.txt', 0],
    ['--bundle key.json --key other.pub a.txt', 1],
    ['--bundle keyless.json --key key.pub a.txt', 1],
    [`--bundle key.json ${RELEASE} a.txt`, 1],
    ['--bundle a.txt --key key.pub a.txt', 1],
    ['--bundle large.json --key key.pub a.txt', 1],
    [`--bundle keyless.json ${RELEASE} nope.txt`, 66],
    [`--bundle nope.json ${RELEASE} a.txt`, 66],
    ['--bundle key.json --key nope.pub a.txt', 66],
    ['--bundle key.json --key a.txt a.txt', 65],
    ['--bundle keyless.json a.txt', 64],
    [`--bundle keyless.json --key key.pub ${RELEASE} a.txt`, 64],
    [`--bundle keyless.json --certificate-identity ${IDENTITY} a.txt`, 64],
    [`${RELEASE} a.txt`, 64],
    [`--bundle keyless.json ${RELEASE}`, 64],
    [`--bundle keyless.json ${RELEASE} --staging a.txt`, 64],
    [`--bundle keyless.json ${RELEASE} --unheard-of a.txt`, 64],
  ])('%s: %i', async (line, exit) => {
    expect((await verify(line)).exit).toBe(exit);
  });

  it('takes the digest in place of the file, which may be elsewhere', async () => {
    expect(await verify(`--bundle keyless.json ${RELEASE} ${digest}`)).toMatchObject({ exit: 0 });
    expect(await verify(`--bundle dsse.json ${RELEASE} ${digest}`)).toMatchObject({ exit: 0 });
    const other = digestOf(bench.otherFile);
    expect(await verify(`--bundle keyless.json ${RELEASE} ${other}`)).toMatchObject({ exit: 1 });
  });

  it('takes for a file what is one, whatever its name', async () => {
    writeFileSync(join(shell.folder, digest), 'not that file');
    expect(await verify(`--bundle keyless.json ${RELEASE} ${digest}`)).toMatchObject({ exit: 1 });
  });

  it('says what was seen and what was wanted', async () => {
    const { stdout } = await verify(`--bundle keyless.json ${RELEASE}.example a.txt`);
    expect(stdout).toMatch(/^rejected {5}a\.txt\n/);
    expect(stdout).toContain(`wanted       ${IDENTITY}, issuer ${ISSUER}.example\n`);
    expect(stdout).toContain(
      `found        other: ${IDENTITY}, issuer ${ISSUER}, bundle in sha256:`,
    );
  });

  it('prints a document', async () => {
    const line = `--trusted-root root.json --bundle keyless.json ${RELEASE} a.txt`;
    expect(await shell.json(`verify-bundle ${line}`)).toEqual({
      file: 'a.txt',
      digest,
      verdict: 'verified',
      reason: null,
      cosignExit: 0,
      findings: [],
      candidates: [
        {
          outcome: 'match',
          kind: 'keyless',
          identity: IDENTITY,
          issuer: ISSUER,
          format: 'bundle',
          logIndex: expect.any(String),
          signedAt: expect.any(String),
        },
      ],
    });
  });

  it("trusts Sigstore's own root where none is given, and not this one", async () => {
    const ran = await shell.run(`verify-bundle --bundle keyless.json ${RELEASE} a.txt`);
    expect(ran).toMatchObject({ exit: 1, stdout: expect.stringContaining('other-signer') });
  });
});
