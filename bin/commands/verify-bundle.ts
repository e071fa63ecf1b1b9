import type { Command } from 'commander';
import type { VerifyBundleFlags } from '../actions/verify-bundle.ts';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addRefusals } from '../verify-options.ts';
import { BUNDLE_REFUSALS } from '../verify-refusals.ts';

export function verifyBundleCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify-bundle')
    .description('verify a Sigstore bundle over a file')
    .argument('<file>', 'the file, or its digest: sha256:…')
    .requiredOption('--bundle <file>', 'the bundle: *.sigstore.json')
    .option('--certificate-identity <text>', 'identity in the certificate, exactly')
    .option('--certificate-oidc-issuer <url>', 'issuer of that identity, exactly')
    .option('--key <file>', 'public key (PEM, or awskms:///…) that must have signed')
    .option('--trusted-root <file>', "trusted_root.json to trust instead of Sigstore's own");
  addRefusals(command, BUNDLE_REFUSALS);
  examples(
    command,
    'tagwarden verify-bundle --bundle app.tgz.sigstore.json --key cosign.pub app.tgz',
    'tagwarden verify-bundle --bundle app.tgz.sigstore.json --certificate-identity someone@example.com \\',
    '  --certificate-oidc-issuer https://accounts.google.com app.tgz',
  );
  command.action(
    cli.act(async (text: string, flags: VerifyBundleFlags) => {
      const { verifyBundle } = await import('../actions/verify-bundle.ts');
      return verifyBundle(cli, text, flags);
    }),
  );
}
