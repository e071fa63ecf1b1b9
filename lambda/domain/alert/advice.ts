import type { EventRecord } from '../event.ts';
import { mostSevere, severityRank } from '../severity.ts';
import { imageOf, pullCommand } from './commands.ts';
import { printable } from './escape.ts';

/** FIRST: what to do, for somebody who was woken up by it. */
export function firstSteps(event: EventRecord): string[] {
  if (event.kind === 'alert.test') return ['Nothing to do: somebody sees whether alerts arrive.'];
  if (!isNews(event)) return [nothingToDo(event)];
  switch (event.kind) {
    case 'watch.failing':
      return ['Find out why the registry does not answer for this tag.'];
    case 'tag.missing':
    case 'tag.access-lost':
      return [
        'Find out whether it was deleted on purpose. It pointed at:',
        ...pullCommand(imageOf(event, event.was?.digest)),
      ];
    case 'signature.signer-changed':
      return ['Find out whether this signer is expected.'];
    default:
      return holdBack(event);
  }
}

/** A closing carries the severity of what it closes, so that it is heard: only the rest is news. */
function isNews({ changes, state }: EventRecord): boolean {
  const news = changes.filter(({ resolves }) => resolves === undefined || state === 'open');
  return severityRank(mostSevere(news.map(({ severity }) => severity))) >= severityRank('medium');
}

function nothingToDo({ resolves }: EventRecord): string {
  return resolves === undefined
    ? 'Nothing to do.'
    : `Nothing to do: ${printable(resolves)} is closed.`;
}

function holdBack(event: EventRecord): string[] {
  const { now, lastVerified } = event;
  if (now?.verdict === 'verified' || now?.verdict === 'not-required') {
    return ['Find out whether this was intended.'];
  }
  const what = now?.reason === 'awaiting-signature' ? 'Wait with' : 'Stop';
  const back = imageOf(event, lastVerified);
  if (back === undefined) return [`${what} rollouts of this tag until somebody has looked at it.`];
  return [`${what} rollouts of this tag. Last verified image:`, ...pullCommand(back)];
}
