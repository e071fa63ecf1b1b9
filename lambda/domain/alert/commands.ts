import type { Digest } from '../digest.ts';
import { type EventRecord, eventIdOf, type PolicyView } from '../event.ts';
import { PUBLIC_GOOD } from '../policy.ts';
import { printable } from './escape.ts';
import { shellCommand } from './shell.ts';

/** Reproduces the verdict by hand: one command per signer that the policy accepts. Policy values and digests only. */
export function checkCommands(event: EventRecord): string[] {
  const image = imageOf(event, event.now?.digest);
  const required = event.watches.flatMap(({ requires }) => requires ?? []);
  if (image === undefined) return [];
  const commands = required.flatMap((policy) =>
    policy.signedBy.map((rule) => [
      'cosign',
      'verify',
      ...signerFlags(rule),
      ...trustFlags(policy),
      image,
    ]),
  );
  // A value that a terminal would act on is not for copying.
  const copyable = commands.filter((words) =>
    words.every((word) => printable(word, 2000) === word),
  );
  return [...new Set(copyable.map((words) => shellCommand(...words)))];
}

function signerFlags(rule: PolicyView['signedBy'][number]): string[] {
  if (rule.kind === 'key') return ['--key', isFile(rule.source) ? rule.source : 'policy-key.pub'];
  const { identity, issuer } = rule;
  return [
    ...('exact' in identity
      ? ['--certificate-identity', identity.exact]
      : ['--certificate-identity-regexp', identity.regExp]),
    ...('exact' in issuer
      ? ['--certificate-oidc-issuer', issuer.exact]
      : ['--certificate-oidc-issuer-regexp', issuer.regExp]),
  ];
}

/** A policy may hold the PEM itself, which is no argument of cosign. */
function isFile(source: string): boolean {
  return !source.includes('-----BEGIN') && !source.includes('\n');
}

function trustFlags(policy: PolicyView): string[] {
  return [
    ...(policy.trustRoot === PUBLIC_GOOD ? [] : ['--trusted-root', 'trusted_root.json']),
    ...(policy.unsafeIgnoreTransparencyLog ? ['--insecure-ignore-tlog=true'] : []),
    ...(policy.useSignedTimestamps ? ['--use-signed-timestamps'] : []),
  ];
}

/** `registry/repository@digest`: what a digest names cannot move. */
export function imageOf(
  { registry, repository }: EventRecord,
  digest: Digest | undefined,
): string | undefined {
  if (registry === undefined || repository === undefined || digest === undefined) return undefined;
  return `${registry}/${repository}@${digest}`;
}

export function pullCommand(image: string): string {
  return shellCommand('docker', 'pull', image);
}

export function whereCommand(digest: Digest): string {
  return shellCommand('tagwarden', 'where', digest);
}

export function showCommand(event: EventRecord): string {
  return shellCommand('tagwarden', 'show', eventIdOf(event));
}
