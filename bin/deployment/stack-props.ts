import { Duration } from 'aws-cdk-lib';
import { formatInterval } from '../../lambda/domain/duration.ts';
import { type CompiledWatchlist, INTERVALS } from '../../lambda/domain/watch.ts';
import { subscriptionOf } from '../../lib/constructs/subscription.ts';
import type { TagwardenStackProps } from '../../lib/tagwarden-stack.ts';
import type { DeploymentSettings } from './settings.ts';
import type { DeployedWatchlist } from './watchlist.ts';

/** The stack that these settings ask for; without a list, of one whose watch list is external. */
export function stackPropsOf(
  settings: DeploymentSettings,
  list: DeployedWatchlist | undefined,
): TagwardenStackProps {
  const {
    alarmEmails,
    subscriptions,
    tickMinutes,
    logRetentionDays,
    watchlist: _,
    ...rest
  } = settings;
  const { ecrRepositories = [], ...others } = defined(rest);
  return {
    ...others,
    watchlist: list?.watchlist ?? 'external',
    ecrRepositories: [...new Set([...(list?.ecrRepositories ?? []), ...ecrRepositories])],
    ecrPublic: list?.ecrPublic ?? false,
    schedule: Duration.minutes(tickMinutes),
    subscriptions: subscriptions.map(subscriptionOf),
    alarmSubscriptions: alarmEmails.map((endpoint) =>
      subscriptionOf({ protocol: 'email', endpoint }),
    ),
    ...(logRetentionDays !== undefined && { logRetention: logRetentionDays }),
  };
}

/** A tag that is to be checked more often than anybody looks would always be late. */
export function scheduleProblem(
  { tickMinutes }: DeploymentSettings,
  { watches }: CompiledWatchlist,
): string | undefined {
  const shortest = Math.min(...watches.map(({ every }) => every));
  const every = INTERVALS.find((interval) => interval === shortest);
  if (every === undefined || every >= tickMinutes) return undefined;
  const tick = Duration.minutes(tickMinutes).toHumanString();
  return `cdk.json context.tagwarden.schedule: found ${tick}, expected at most ${formatInterval(every)}, as often as the watch list wants tags to be checked`;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without what is not set: to the CDK, an undefined property is a property. */
function defined<T extends object>(settings: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
