import type { FileVerifier, TrustRoots } from '../../application/ports.ts';
import { artifactOfBytes, artifactOfDigest } from './artifact.ts';
import { RootJudge } from './root-judge.ts';
import { verifyFile } from './verify-file.ts';

/** Verifies bundles over files; asks nobody. Apart from images: it brings arithmetic that those need not. */
export function createFileVerifier(trustRoots: TrustRoots, now: () => Date): FileVerifier {
  const judge = new RootJudge(trustRoots, now);
  return {
    verifyFile: (bundle, file, policy, policyHash) =>
      judge.judge(policy, policyHash, async (conditions, about) => {
        const artifact =
          'bytes' in file
            ? artifactOfBytes(Buffer.from(file.bytes))
            : await artifactOfDigest(file.digest);
        return verifyFile(bundle, artifact, policy, conditions, about);
      }),
  };
}
