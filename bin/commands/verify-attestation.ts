import type { Command } from 'commander';
import type { VerifyAttestationFlags } from '../actions/verify-attestation.ts';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addRegistryFlags } from '../registry-flags.ts';
import {
  addImageFlags,
  addRefusals,
  addSignerFlags,
  addTrustFlags,
  requireOneImage,
} from '../verify-options.ts';
import { ATTESTATION_REFUSALS } from '../verify-refusals.ts';

export function verifyAttestationCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify-attestation')
    .description('verify an attestation about an image, as cosign verify-attestation does')
    .argument('<reference>', 'image: [registry/]repository[:tag][@digest]')
    .allowExcessArguments(true)
    .option('--type <type>', "what is attested: cosign's name for it, or the URI; else: custom");
  addSignerFlags(command);
  addTrustFlags(command);
  addRegistryFlags(command);
  addImageFlags(command);
  command.option('-f, --file <watchlist>', 'watch list whose registries count');
  addRefusals(command, ATTESTATION_REFUSALS);
  examples(
    command,
    'tagwarden verify-attestation --type slsaprovenance1 --key cosign.pub ghcr.io/acme/app:1.4',
    'tagwarden verify-attestation --type https://spdx.dev/Document \\',
    '  --certificate-identity someone@example.com \\',
    '  --certificate-oidc-issuer https://accounts.google.com ghcr.io/acme/app:1.4',
  );
  command.action(
    cli.act(async (text: string, flags: VerifyAttestationFlags, self: Command) => {
      requireOneImage(self);
      const { verifyAttestation } = await import('../actions/verify-attestation.ts');
      return verifyAttestation(cli, text, flags);
    }),
  );
}
