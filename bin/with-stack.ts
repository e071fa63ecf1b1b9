import type { StackOutputs, Subscriptions } from '../lambda/adapters/stack/index.ts';
import { findStack, openSubscriptions } from '../lambda/composition/deployed.ts';
import type { Cli } from './cli.ts';
import { UsageError } from './cli-error.ts';
import type { AwsFlags, Place } from './place.ts';

/** A deployed stack that was found. */
export interface OpenStack {
  readonly name: string;
  readonly access: AwsFlags;
  readonly outputs: StackOutputs;
}

/** For what only a deployed stack has. @throws {UsageError} */
export function stackPlace({ place }: Cli, what: string): Extract<Place, { kind: 'stack' }> {
  if (place.kind === 'stack') return place;
  throw new UsageError(`${what} of a deployed stack: expected --stack NAME or TAGWARDEN_STACK`);
}

/** @param what begins the message where no stack is named: `subscriptions are` */
export async function openStack(cli: Cli, what: string): Promise<OpenStack> {
  const { name, access } = stackPlace(cli, what);
  return { name, access, outputs: await findStack(access, name) };
}

/** Uses the subscriptions of one topic, by default that of the alerts. */
export async function withSubscriptions<T>(
  { access, outputs }: OpenStack,
  use: (subscriptions: Subscriptions) => Promise<T>,
  topicArn = outputs.get('alertTopic'),
): Promise<T> {
  const subscriptions = await openSubscriptions(access, topicArn);
  try {
    return await use(subscriptions);
  } finally {
    subscriptions.close();
  }
}
