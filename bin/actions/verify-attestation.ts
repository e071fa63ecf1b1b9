import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readReference } from '../references.ts';
import type { RegistryFlags } from '../registry-flags.ts';
import type { VerifyOptions } from '../verify-flags.ts';
import { policyOfRequest } from '../verify-policy.ts';
import { readWantedType } from '../verify-type.ts';
import { type ImageCase, judgeImage, refuseEnvironment } from './verify.ts';

export type VerifyAttestationFlags = Omit<VerifyOptions, 'annotations' | 'mode'> &
  RegistryFlags & {
    readonly type?: string;
    readonly platform?: string;
    readonly evidence?: string;
    readonly file?: string;
  };

export async function verifyAttestation(
  cli: Cli,
  text: string,
  allFlags: VerifyAttestationFlags,
): Promise<ExitCode> {
  const reference = readReference(text);
  refuseEnvironment(cli, allFlags);
  const { type = 'custom', ...flags } = allFlags;
  const wanted = readWantedType(type);
  const ready = await policyOfRequest(cli, flags);
  const { policy, hash } = ready;
  const said = [`an attestation of type ${wanted.predicateType}`];
  const image: ImageCase = {
    ...{ reference, flags, ready, wanted: said, notFound: EXIT.no },
    question: { kind: 'attestation', wanted },
  };
  return judgeImage(cli, image, (verifier, digest) =>
    verifier.verifyAttestation(reference, digest, policy, hash, wanted, cli.signal),
  );
}
