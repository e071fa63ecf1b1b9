import { createHash } from 'node:crypto';
import { shortDigest } from '../digest.ts';
import type { DigestView, EventRecord } from '../event.ts';
import type { Severity } from '../severity.ts';
import { firstSteps } from './advice.ts';
import { showCommand } from './commands.ts';
import { asciiJson, printable } from './escape.ts';
import { mainChange, summaryOf, verdictText } from './headline.ts';
import { changeLines, whenOf } from './text.ts';

/** Slack shows no more of one section. */
const LONGEST_DESCRIPTION = 2_500;
/** Amazon Q takes 250 characters. */
const LONGEST_SUBJECT = 110;
const LONGEST_SUMMARY = 90;
const LONGEST_TEXT = 200;
const LONGEST_COMMAND = 600;
const MOST_LINES = 12;

const SIGNS: Readonly<Record<Severity, string>> = {
  info: '⚪',
  low: '🔵',
  medium: '🟡',
  high: '🟠',
  critical: '🔴',
};

/**
 * A custom notification of Amazon Q Developer in chat applications (administrator guide, "Event
 * schema"), one thread for each subject. Of what a registry says, nothing acts in the channel.
 */
export function chatOf(event: EventRecord, id: string, supersededBy: string | undefined): string {
  const { kind, severity, state, subject } = event;
  return asciiJson({
    version: '1.0',
    source: 'custom',
    id: id.slice(0, 1_000),
    content: {
      textType: 'client-markdown',
      title: titleOf(event),
      description: descriptionOf(event, supersededBy),
      nextSteps: nextStepsOf(event),
    },
    metadata: {
      // A hash: short and plain, whatever the subject is.
      threadId: createHash('sha256').update(subject).digest('hex').slice(0, 32),
      summary: `${headOf(event)} · ${subjectOf(event)}`,
      eventType: `dev.tagwarden.${kind}.v1`,
      additionalContext: { kind, severity, state },
    },
  });
}

function headOf({ severity, state }: EventRecord): string {
  return state === 'closed'
    ? `🟢 CLOSED ${severity.toUpperCase()}`
    : `${SIGNS[severity]} ${severity.toUpperCase()}`;
}

function titleOf(event: EventRecord): string {
  const summary = words(summaryOf(event), LONGEST_SUMMARY);
  return `${headOf(event)} · ${subjectOf(event)} ${summary}`;
}

/** The end of a long name says more than its registry. */
function subjectOf({ subject }: EventRecord): string {
  const name = inert(subject, 1_000);
  return `\`${name.length <= LONGEST_SUBJECT ? name : `…${name.slice(1 - LONGEST_SUBJECT)}`}\``;
}

function descriptionOf(event: EventRecord, supersededBy: string | undefined): string {
  const others = event.changes.filter((change) => change !== mainChange(event));
  const late = supersededBy === undefined ? [] : [`Superseded by ${code(supersededBy)}.`];
  const lines = [
    ...late,
    ...viewLine(event),
    ...others.map(({ summary }) => `Also: ${words(summary)}`),
    ...event.changes.flatMap(changeLines).map((line) => words(line)),
    words(whenOf(event)),
    ...labelsLine(event),
  ];
  const last = showCommand(event).map((command) => code(command, LONGEST_COMMAND));
  return bounded([...lines.slice(0, MOST_LINES), ...last]);
}

/** What it pointed at and what it points at, each with its verdict. */
function viewLine({ was, now }: EventRecord): string[] {
  const views = [was, now].flatMap((view) => (view?.digest === undefined ? [] : [view]));
  return views.length === 0 ? [] : [views.map(viewText).join(' → ')];
}

function viewText(view: DigestView): string {
  const { digest, verdict, signers } = view;
  // Its certificate or key proves who made a signature that holds; of any other it is a claim.
  const claim = verdict === 'verified' ? '' : ' claimed';
  const signed = signers.map(({ label }) => `${code(label)}${claim}`).join(', ');
  const by = signed === '' ? '' : ` (${signed})`;
  return `${code(digest === undefined ? '' : `${shortDigest(digest, 12)}…`)} ${verdictText(view)}${by}`;
}

function labelsLine({ watches }: EventRecord): string[] {
  const labels = [...new Set(watches.flatMap((watch) => watch.labels))].sort();
  return labels.length === 0 ? [] : [`Labels ${labels.map((label) => code(label)).join(', ')}`];
}

/** The first is a sentence of ours; what follows is to be copied. */
function nextStepsOf(event: EventRecord): string[] {
  const [sentence = '', ...commands] = firstSteps(event);
  return [words(sentence), ...commands.map((command) => code(command, LONGEST_COMMAND))];
}

function bounded(lines: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > LONGEST_DESCRIPTION) break;
    kept.push(line);
  }
  return kept.join('\n');
}

/** A sentence of ours, which may have the words of others in it: as code where it could be more than words. */
function words(text: string, length = LONGEST_TEXT): string {
  const isPlain = /^(?:[\p{L}\p{N} ,;:'"()%+→/-]|\.(?= |$))*$/u.test(text);
  const isLink = /:\/|\/\/|:[\w+-]+:/.test(text);
  return isPlain && !isLink ? printable(text, length) : code(text, length);
}

/** Code is shown as it is: no mentions, links, emphasis or emoji. */
function code(text: string, length = LONGEST_TEXT): string {
  return `\`${inert(text, length)}\``;
}

/**
 * Attack: a tag, label or identity such as `<!channel>`, `@here`, `[update](https://evil.example)` or
 * a backtick that ends the code. Not every chat program knows code, and Slack reads `<…>` even there.
 */
function inert(text: string, length = LONGEST_TEXT): string {
  const shown = printable(text, length)
    .replaceAll('`', "'")
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('&', '＆')
    .replaceAll('](', '] (')
    .replaceAll('://', '[:]//')
    .replace(/\b(www|mailto)([.:])/gi, '$1[$2]')
    .replace(/@(?!sha(?:256|512):)/g, '[@]');
  return shown.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
