import { type Command, Option } from 'commander';
import { UsageError } from './cli-error.ts';
import { booleanOption } from './registry-flags.ts';
import type { Refusal } from './verify-refusals.ts';

/** Who must have signed: `bin/verify-flags.ts` reads them. */
export function addSignerFlags(command: Command): void {
  const workflow = '--certificate-github-workflow';
  command
    .option('--key <file>', 'public key (PEM, or awskms:///…) that must have signed')
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

export function addTrustFlags(command: Command): void {
  command
    .option('--trusted-root <file>', "trusted_root.json to trust instead of Sigstore's own")
    .addOption(booleanOption('insecure-ignore-tlog', 'do without the transparency log'))
    .addOption(booleanOption('private-infrastructure', 'as --insecure-ignore-tlog'))
    .addOption(booleanOption('use-signed-timestamps', 'require an RFC 3161 timestamp'))
    .addOption(
      booleanOption('new-bundle-format', 'true: only bundles; false: only the older format'),
    )
    .addOption(booleanOption('offline', 'always true: only the registry is asked'))
    .option('--signature-digest-algorithm <name>', 'with --key: sha256, sha384 or sha512');
}

export function addImageFlags(command: Command): void {
  command
    .option('--platform <os/arch>', 'verify the image of this platform, not the index')
    .option('--evidence <folder>', 'write what the verdict rests on; see verify-evidence')
    .option('--max-workers <number>', "taken for cosign's sake; at least 1");
}

/** cosign takes several images, and its exit code does not say of which it speaks. @throws {UsageError} */
export function requireOneImage(command: Command): void {
  const { length } = command.args;
  if (length <= 1) return;
  throw new UsageError(`expected one image, found ${length}: run ${command.name()} for each`);
}

export function addRefusals(command: Command, refusals: readonly Refusal[]): void {
  for (const { flag, instead } of refusals) command.addOption(refused(flag, instead));
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
