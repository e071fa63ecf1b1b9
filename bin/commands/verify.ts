import { type Command, Option } from 'commander';
import type { VerifyCommandFlags } from '../actions/verify.ts';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addRegistryFlags } from '../registry-flags.ts';
import { collect } from '../select-flags.ts';
import {
  addImageFlags,
  addRefusals,
  addSignerFlags,
  addTrustFlags,
  requireOneImage,
} from '../verify-options.ts';
import { VERIFY_REFUSALS } from '../verify-refusals.ts';

export function verifyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify')
    .description('verify the signatures of an image, as cosign verify does for the same flags')
    .argument('<reference>', 'image: [registry/]repository[:tag][@digest]')
    .allowExcessArguments(true);
  addSignerFlags(command);
  addTrustFlags(command);
  command.option(
    '-a, --annotations <key=value>',
    'annotation that must be signed; repeatable',
    collect,
  );
  addRegistryFlags(command);
  addImageFlags(command);
  addPolicyFlags(command);
  addRefusals(command, VERIFY_REFUSALS);
  examples(
    command,
    'tagwarden verify --key cosign.pub ghcr.io/acme/app:1.4',
    'tagwarden verify --certificate-identity someone@example.com \\',
    '  --certificate-oidc-issuer https://accounts.google.com quay.io/songlaa/alpine:latest',
    'tagwarden verify --policy acme-release -f watchlist.yaml ghcr.io/acme/app:1.4',
  );
  command.action(
    cli.act(async (text: string, flags: VerifyCommandFlags, self: Command) => {
      requireOneImage(self);
      const { verifyImage } = await import('../actions/verify.ts');
      return verifyImage(cli, text, flags);
    }),
  );
}

function addPolicyFlags(command: Command): void {
  command
    .addOption(
      new Option('--mode <mode>', 'cosign: its verdict; signature: that of a watch').choices([
        'cosign',
        'signature',
      ]),
    )
    .option('--policy <name>', 'under this policy of the watch list, instead of flags')
    .option('-f, --file <watchlist>', 'watch list of --policy; its registries count too');
}
