import type { NewSubscription, Subscriptions } from '../../lambda/adapters/stack/index.ts';
import {
  type AlertFilter,
  endpointOf,
  filterPolicyOf,
  filterText,
} from '../../lambda/domain/alert/subscription.ts';
import { EVENT_KINDS, type EventKind } from '../../lambda/domain/event.ts';
import { parseRegistry } from '../../lambda/domain/reference.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import type { SubscribeFlags } from '../commands/subscribe.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { checkLabels } from '../select-flags.ts';
import { openStack, withSubscriptions } from '../with-stack.ts';
import { confirm } from './confirm-subscription.ts';

export async function subscribe(
  cli: Cli,
  endpoint: string | undefined,
  flags: SubscribeFlags,
): Promise<ExitCode> {
  if (flags.confirm !== undefined) return confirm(cli, endpoint, flags, flags.confirm);
  const wanted = readSubscription(endpoint, flags);
  const stack = await openStack(cli, 'subscriptions are');
  const done = await withSubscriptions(stack, (known) => addOrChange(known, wanted));
  const filter = filterText(wanted.policy);
  const data = { endpoint: wanted.endpoint, protocol: wanted.protocol, ...done };
  cli.output.result({ ...data, filter: wanted.policy ?? null }, () =>
    done.changed
      ? `${wanted.endpoint} now gets: ${filter}`
      : `${wanted.endpoint} is subscribed to: ${filter}`,
  );
  for (const note of notesOn(wanted, done, stack.outputs.get('alertTopic'))) cli.output.note(note);
  return EXIT.done;
}

interface Done {
  readonly arn: string | null;
  readonly confirmed: boolean;
  /** It was there already, and gets other alerts now. */
  readonly changed: boolean;
}

/** SNS refuses a second subscription of an endpoint that differs: what is meant is a change. */
async function addOrChange(subscriptions: Subscriptions, wanted: NewSubscription): Promise<Done> {
  const known = (await subscriptions.list()).find(({ endpoint }) => endpoint === wanted.endpoint);
  if (known?.arn !== undefined) {
    await subscriptions.setFilter(known.arn, wanted.policy);
    return { arn: known.arn, confirmed: true, changed: true };
  }
  const arn = await subscriptions.add(wanted);
  return { arn: arn ?? null, confirmed: arn !== undefined, changed: false };
}

function notesOn(
  { protocol, endpoint, policy }: NewSubscription,
  { confirmed, changed }: Done,
  topicArn: string,
): string[] {
  const notes: string[] = [];
  if (!confirmed) {
    notes.push(`nothing arrives before it is confirmed: SNS sends a link to ${endpoint}`);
    notes.push(
      '(or, so that nobody can unsubscribe it by a link: tagwarden subscribe --confirm URL)',
    );
  }
  if (policy !== undefined || changed) notes.push('a filter takes up to 15 minutes to take effect');
  if (protocol === 'sqs' || protocol === 'lambda') {
    const action = protocol === 'sqs' ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
    notes.push(`its own policy must allow sns.amazonaws.com ${action} from ${topicArn}`);
  }
  return notes;
}

/** @throws {UsageError} also for what SNS cannot express */
function readSubscription(text: string | undefined, flags: SubscribeFlags): NewSubscription {
  if (text === undefined) throw new UsageError('expected an endpoint, or --confirm URL');
  const endpoint = endpointOf(text);
  if (!endpoint.ok) throw new UsageError(endpoint.problem);
  const filter = filterPolicyOf(readFilter(flags));
  if (!filter.ok) throw new UsageError(filter.problem);
  const { protocol } = endpoint;
  return { protocol, endpoint: endpoint.endpoint, ...(filter.policy && { policy: filter.policy }) };
}

function readFilter({ minSeverity, kind, registry, label }: SubscribeFlags): AlertFilter {
  checkLabels(label ?? []);
  return {
    ...(minSeverity && { minSeverity }),
    ...(kind !== undefined && { kinds: listOf(kind).map(readKind) }),
    ...(registry !== undefined && { registries: listOf(registry).map(parseRegistry) }),
    ...(label && { labels: label }),
  };
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function readKind(text: string): EventKind {
  const found = EVENT_KINDS.find((kind) => kind === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `found the kind ${JSON.stringify(text)}, expected some of ${EVENT_KINDS.join(', ')}`,
  );
}
