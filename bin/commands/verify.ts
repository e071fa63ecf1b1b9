import { type Command, Option } from 'commander';
import type { VerifyCommandFlags } from '../actions/verify.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import { examples } from '../examples.ts';
import { addRegistryFlags, booleanOption } from '../registry-flags.ts';
import { collect } from '../select-flags.ts';
import { REFUSALS } from '../verify-refusals.ts';

export function verifyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify')
    .description('verify the signatures of an image, as cosign verify does for the same flags')
    .argument('<reference>', 'image: [registry/]repository[:tag][@digest]')
    .allowExcessArguments(true);
  addSignerFlags(command);
  addTrustFlags(command);
  addRegistryFlags(command);
  addOurFlags(command);
  for (const { flag, instead } of REFUSALS) command.addOption(refused(flag, instead));
  examples(
    command,
    'tagwarden verify --key cosign.pub ghcr.io/acme/app:1.4',
    'tagwarden verify --certificate-identity someone@example.com \\',
    '  --certificate-oidc-issuer https://accounts.google.com quay.io/songlaa/alpine:latest',
    'tagwarden verify --policy acme-release -f watchlist.yaml ghcr.io/acme/app:1.4',
  );
  command.action(
    cli.act(async (text: string, flags: VerifyCommandFlags, self: Command) => {
      if (self.args.length > 1) {
        throw new UsageError(`expected one image, found ${self.args.length}: run verify for each`);
      }
      const { verifyImage } = await import('../actions/verify.ts');
      return verifyImage(cli, text, flags);
    }),
  );
}

function addSignerFlags(command: Command): void {
  const workflow = '--certificate-github-workflow';
  command
    .option('--key <file>', 'public key (PEM) that must have signed')
    .option('--certificate-identity <text>', 'identity in the certificate, exactly')
    .option('--certificate-identity-regexp <re2>', 'identity; matches anywhere unless anchored')
    .option('--certificate-oidc-issuer <url>', 'issuer of that identity, exactly')
    .option('--certificate-oidc-issuer-regexp <re2>', 'issuer; matches anywhere unless anchored')
    .option(`${workflow}-trigger <event>`, 'event that started the GitHub workflow')
    .option(`${workflow}-sha <commit>`, 'commit that the workflow ran on')
    .option(`${workflow}-name <name>`, 'name of the workflow')
    .option(`${workflow}-repository <owner/name>`, 'repository of the workflow')
    .option(`${workflow}-ref <ref>`, 'git ref that the workflow ran on');
}

function addTrustFlags(command: Command): void {
  command
    .option('--trusted-root <file>', "trusted_root.json to trust instead of Sigstore's own")
    .addOption(booleanOption('insecure-ignore-tlog', 'do without the transparency log'))
    .addOption(booleanOption('private-infrastructure', 'as --insecure-ignore-tlog'))
    .addOption(booleanOption('use-signed-timestamps', 'require an RFC 3161 timestamp'))
    .addOption(
      booleanOption('new-bundle-format', 'true: only bundles; false: only the older format'),
    )
    .addOption(booleanOption('offline', 'always true: only the registry is asked'))
    .option('-a, --annotations <key=value>', 'annotation that must be signed; repeatable', collect)
    .option('--signature-digest-algorithm <name>', 'with --key: sha256, sha384 or sha512');
}

function addOurFlags(command: Command): void {
  command
    .option('--platform <os/arch>', 'verify the image of this platform, not the index')
    .addOption(
      new Option('--mode <mode>', 'cosign: its verdict; signature: that of a watch').choices([
        'cosign',
        'signature',
      ]),
    )
    .option('--policy <name>', 'under this policy of the watch list, instead of flags')
    .option('-f, --file <watchlist>', 'watch list of --policy; its registries count too')
    .option('--max-workers <number>', "taken for cosign's sake; at least 1");
}

/** In the parser, so that the answer names the replacement; not in the help, as nobody shall use it. */
function refused(flag: string, instead: string): Option {
  const [, short, long] = /^(?:-(\w), )?--([\w-]+) /.exec(flag) ?? [];
  const name = short === undefined ? `--${long}` : `--${long} (-${short})`;
  const refuse = () => {
    throw new UsageError(`cosign's ${name} is not taken: ${instead}`);
  };
  return new Option(flag, instead).hideHelp().preset('true').argParser(refuse);
}
