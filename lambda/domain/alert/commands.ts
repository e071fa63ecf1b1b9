import type { Digest } from '../digest.ts';
import { type EventRecord, eventIdOf, type PolicyView } from '../event.ts';
import { PUBLIC_GOOD, type TextRule } from '../policy.ts';
import { printable } from './escape.ts';
import { shellCommand } from './shell.ts';

/** Reproduces the verdict by hand: one command per signer that the policy accepts. Policy values and digests only. */
export function checkCommands(event: EventRecord): string[] {
  const image = imageOf(event, event.now?.digest);
  if (image === undefined) return [];
  const commands = event.watches.flatMap(({ requires }) =>
    requires === undefined ? [] : commandsFor(requires, image),
  );
  return [...new Set(commands.flatMap(copyable))];
}

/** Where the files are that those commands stand on; an event knows what a policy says, not its files. */
export function checkNotes(event: EventRecord): string[] {
  if (imageOf(event, event.now?.digest) === undefined) return [];
  const notes = event.watches.flatMap(({ requires, policyName }) => {
    const policy = `the policy ${printable(policyName, 80)} in the watch list`;
    const inline = requires?.signedBy.some((rule) => rule.kind === 'key' && !isFile(rule.source));
    return [
      ...(requires === undefined || requires.trustRoot === PUBLIC_GOOD
        ? []
        : [`(trusted_root.json: the trustRoot of ${policy})`]),
      ...(inline === true ? [`(policy-key.pub: the key of ${policy})`] : []),
    ];
  });
  return [...new Set(notes)];
}

/** No command at all where a word could act on the terminal that it is pasted into (or hide in it). */
function copyable(words: readonly string[]): string[] {
  return words.every((word) => printable(word, 2000) === word) ? [shellCommand(...words)] : [];
}

function commandsFor(policy: PolicyView, image: string): string[][] {
  return policy.signedBy.flatMap((rule) => {
    const flags = [...signerFlags(rule), ...policyFlags(policy)];
    return [
      ['cosign', 'verify', ...flags, image],
      ...policy.attestations.map((type) => [
        'cosign',
        'verify-attestation',
        '--type',
        type,
        ...flags,
        image,
      ]),
    ];
  });
}

function signerFlags(rule: PolicyView['signedBy'][number]): string[] {
  if (rule.kind === 'key') {
    const { digestAlgorithm, source } = rule;
    return [
      ...['--key', isFile(source) ? source : 'policy-key.pub'],
      ...(digestAlgorithm === 'sha256' ? [] : ['--signature-digest-algorithm', digestAlgorithm]),
    ];
  }
  return [
    ...textFlags('--certificate-identity', rule.identity),
    ...textFlags('--certificate-oidc-issuer', rule.issuer),
    ...Object.entries(rule.workflow ?? {}).flatMap(([field, value]) => [
      `--certificate-github-workflow-${field}`,
      String(value),
    ]),
  ];
}

function textFlags(flag: string, rule: TextRule): string[] {
  return 'exact' in rule ? [flag, rule.exact] : [`${flag}-regexp`, rule.regExp];
}

/** A policy may hold the PEM itself, which is no argument of cosign. */
function isFile(source: string): boolean {
  return !source.includes('-----BEGIN') && !source.includes('\n');
}

function policyFlags(policy: PolicyView): string[] {
  return [
    ...(policy.trustRoot === PUBLIC_GOOD ? [] : ['--trusted-root', 'trusted_root.json']),
    ...(policy.unsafeIgnoreTransparencyLog ? ['--insecure-ignore-tlog=true'] : []),
    ...(policy.useSignedTimestamps ? ['--use-signed-timestamps'] : []),
    ...(policy.format === 'either' ? [] : [`--new-bundle-format=${policy.format === 'bundle'}`]),
    ...Object.entries(policy.annotations).flatMap(([key, value]) => ['-a', `${key}=${value}`]),
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

export function pullCommand(image: string | undefined): string[] {
  return image === undefined ? [] : copyable(['docker', 'pull', image]);
}

export function whereCommand(digest: Digest | undefined): string[] {
  return digest === undefined ? [] : copyable(['tagwarden', 'where', digest]);
}

export function showCommand(event: EventRecord): string[] {
  return copyable(['tagwarden', 'show', eventIdOf(event)]);
}

/** Where there is an image to be said fine; what is still awaited may settle by itself. */
export function ackCommand(event: EventRecord): string[] {
  const { state, kind, now } = event;
  if (state !== 'open' || kind === 'watch.failing' || now?.digest === undefined) return [];
  if (now.proven === false || now.reason === 'awaiting-signature') return [];
  return copyable(['tagwarden', 'ack', eventIdOf(event), '--reason', 'why it is fine']);
}
