import { z } from 'zod';
import {
  endpointOf,
  type FilterPolicy,
  filterPolicyOf,
  type Protocol,
} from '../../lambda/domain/alert/subscription.ts';
import { EVENT_KINDS } from '../../lambda/domain/event.ts';
import { parseRegistry } from '../../lambda/domain/reference.ts';
import { SEVERITIES } from '../../lambda/domain/severity.ts';
import { host, shaped, text } from '../../lambda/domain/watchlist/fields.ts';
import { mapping } from '../../lambda/domain/watchlist/schema.ts';

/** One entry of `subscriptions`: who is told of which alerts. What is left out is not asked about. */
export const subscriptionSchema = mapping({
  endpoint: text((value) => {
    const endpoint = endpointOf(value);
    return endpoint.ok ? undefined : endpoint.problem;
  }),
  minSeverity: z.enum(SEVERITIES).optional(),
  kinds: z.array(z.enum(EVENT_KINDS)).min(1).optional(),
  registries: z.array(host).min(1).optional(),
  labels: z
    .array(shaped(/^[^=\s]{1,63}=[^\p{C}]{1,100}$/u, 'a label such as team=payments'))
    .min(1)
    .optional(),
}).check(({ value, issues }) => {
  const filter = filterOf(value);
  if (!filter.ok) issues.push({ code: 'custom', message: filter.problem, input: value });
});

export type SubscriptionInput = z.infer<typeof subscriptionSchema>;

/** A subscription as SNS takes it. */
export interface AlertSubscription {
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly filterPolicy?: FilterPolicy;
}

/** Of an entry that the schema has accepted. */
export function subscriptionOf(input: SubscriptionInput): AlertSubscription[] {
  const found = endpointOf(input.endpoint);
  const filter = filterOf(input);
  if (!found.ok || !filter.ok) return [];
  const { protocol, endpoint } = found;
  return [{ protocol, endpoint, ...(filter.policy && { filterPolicy: filter.policy }) }];
}

function filterOf({ minSeverity, kinds, registries, labels }: SubscriptionInput) {
  return filterPolicyOf({
    ...(minSeverity && { minSeverity }),
    ...(kinds && { kinds }),
    ...(registries && { registries: registries.map(parseRegistry) }),
    ...(labels && { labels }),
  });
}
