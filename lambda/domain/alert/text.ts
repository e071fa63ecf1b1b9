import { reasonText } from '../drift/wording.ts';
import type { Change, DigestView, EventRecord, PolicyView } from '../event.ts';
import { firstSteps } from './advice.ts';
import { ackCommand, checkCommands, checkNotes, showCommand, whereCommand } from './commands.ts';
import { claimed, printable, quoted } from './escape.ts';
import { mainChange, summaryOf, verdictText } from './headline.ts';

const INDENT = ' '.repeat(8);

/** The e-mail: what happened, what to do first, then the facts, then commands, each on one line of its own. */
export function textOf(event: EventRecord, id: string, supersededBy: string | undefined): string {
  const others = event.changes.filter((change) => change !== mainChange(event));
  const blocks = [
    [
      `${event.severity.toUpperCase()}: ${printable(event.subject)} ${summaryOf(event)}.`,
      ...others.map((change) => `Also: ${printable(change.summary)}.`),
      ...(supersededBy === undefined
        ? []
        : [`Superseded by ${printable(supersededBy)}: this comes late.`]),
    ],
    [
      ...section('FIRST', firstSteps(event)),
      ...section('WAS', viewLines(event.was, [])),
      ...section(
        'NOW',
        viewLines(
          event.now,
          event.watches.flatMap(({ requires }) => requires ?? []),
        ),
      ),
      ...section('WHEN', [whenOf(event)]),
      ...section('CHANGE', event.changes.flatMap(changeLines)),
    ],
    [
      ...section('CHECK', [...checkCommands(event), ...checkNotes(event)]),
      ...section('WHERE', whereCommand(event.now?.digest)),
      ...section('DETAIL', showCommand(event)),
      ...section('ACK', ackCommand(event)),
    ],
    [...labelLines(event), `May repeat; drop by event id: ${printable(id, 1000)}`],
  ];
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? name.padEnd(INDENT.length) : INDENT}${line}`);
}

function viewLines(view: DigestView | undefined, wanted: readonly PolicyView[]): string[] {
  if (view?.digest === undefined) return [];
  const told = verdictText(view);
  const isSaid = view.reason === undefined || told !== view.verdict;
  const reason = isSaid ? '' : `: ${reasonText(view.reason)}`;
  const unproven = view.proven === false ? ' (a header says so, no bytes proved it)' : '';
  // Its certificate or key proves who made a signature that holds.
  const proven = view.verdict === 'verified';
  return [
    `${view.digest}${unproven}  ${told}${reason}`,
    ...(view.detail === undefined ? [] : [claimed(view.detail)]),
    ...view.signers.map(({ label }) => `signer ${proven ? quoted(label) : claimed(label)}`),
    ...(view.signedAt === undefined ? [] : [`signed ${minute(view.signedAt)}`]),
    ...(view.awaitedUntil === undefined ? [] : [`final verdict by ${minute(view.awaitedUntil)}`]),
    ...(view.verdicts ?? []).map((each) => `under ${printable(each.policyName)}: ${each.verdict}`),
    ...(view.verdict === 'verified' ? [] : wanted.flatMap(wantedLines)),
  ];
}

function wantedLines({ signedBy }: PolicyView): string[] {
  return signedBy.map((rule) => {
    if (rule.kind === 'key') return `wanted key ${printable(rule.keyId)}`;
    const value = 'exact' in rule.identity ? rule.identity.exact : rule.identity.regExp;
    return `wanted ${printable(value, 1000)}`;
  });
}

export function whenOf({ at, was, lastUnchanged }: EventRecord): string {
  const bound = lastUnchanged === undefined ? '' : `, last seen unchanged ${minute(lastUnchanged)}`;
  return `seen ${minute(at)}${was?.digest === undefined ? '' : bound}`;
}

/** `2026-03-19 03:12 UTC` */
function minute(at: string): string {
  return `${printable(at.slice(0, 10))} ${printable(at.slice(11, 16))} UTC`;
}

export function changeLines(change: Change): string[] {
  const { moveClasses = [], platforms, rollback, olderSignature, manifestProblem } = change;
  const { signersFrom = [], signersTo = [] } = change;
  const list = (names: readonly string[]) => names.map((name) => printable(name, 80)).join(', ');
  return [
    moveClasses.join(', '),
    platforms?.changed.length ? `changed on ${list(platforms.changed)}` : '',
    platforms?.added.length ? `added ${list(platforms.added)}` : '',
    platforms?.removed.length ? `removed ${list(platforms.removed)}` : '',
    rollback === true ? 'back to an image that this tag pointed at before' : '',
    manifestProblem === undefined
      ? ''
      : `its manifest is refused: it ${printable(manifestProblem)}`,
    olderSignature === true ? 'signed over a day before the newest verified image' : '',
    ...signersFrom.map((signer) => `signer was ${quoted(signer.label)}`),
    ...signersTo.map((signer) => `signer is ${quoted(signer.label)}`),
  ].filter((line) => line !== '');
}

function labelLines({ watches }: EventRecord): string[] {
  const labels = [...new Set(watches.flatMap((watch) => watch.labels))].sort();
  return labels.length === 0
    ? []
    : [`Labels ${labels.map((label) => printable(label)).join(', ')}.`];
}
