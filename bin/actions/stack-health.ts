import type { StackOutputs, Subscription } from '../../lambda/adapters/stack/index.ts';
import type { HealthCheck } from '../../lambda/application/health.ts';
import { countIn } from '../../lambda/composition/deployed.ts';
import { OUTPUT } from '../../lambda/contract/stack-outputs.ts';
import { messageOf } from '../../lambda/domain/errors.ts';
import type { Cli } from '../cli.ts';
import { type OpenStack, openStack, withSubscriptions } from '../with-stack.ts';

/** The queues and topics of a stack. What may not be read counts as not well: it is not known to be. */
export async function stackHealth(cli: Cli): Promise<readonly HealthCheck[]> {
  const stack = await openStack(cli, 'this is');
  return [
    await guarded('dead letters', () => deadLetters(stack)),
    await guarded('subscriptions', () => subscribed(stack)),
  ];
}

type Found = Omit<HealthCheck, 'check'>;

async function guarded(
  check: HealthCheck['check'],
  look: () => Promise<Found>,
): Promise<HealthCheck> {
  try {
    return { check, ...(await look()) };
  } catch (thrown) {
    return { check, ok: false, detail: messageOf(thrown) };
  }
}

async function deadLetters({ access, outputs }: OpenStack): Promise<Found> {
  const urls = deadLetterQueues(outputs);
  const counts = await countIn(access, urls);
  const full = urls.flatMap((url, n) => (counts[n] === 0 ? [] : [`${counts[n]} in ${url}`]));
  if (full.length === 0) return { ok: true, detail: 'none' };
  return { ok: false, detail: `${full.join(', ')}: see the operator runbook` };
}

function deadLetterQueues(outputs: StackOutputs): readonly string[] {
  const names = Object.keys(OUTPUT) as (keyof typeof OUTPUT)[];
  const queues = names.filter((name) => /deadLetters$/i.test(name));
  return queues.flatMap((name) => outputs.find(name) ?? []);
}

/** Somebody who wants alerts and has not confirmed gets none, and may not know. */
async function subscribed(stack: OpenStack): Promise<Found> {
  const { outputs } = stack;
  const alerts = await withSubscriptions(stack, (known) => known.list());
  const operations = outputs.find('operationsTopic');
  const alarms =
    operations === undefined
      ? []
      : await withSubscriptions(stack, (known) => known.list(), operations);
  const waiting = [...alerts, ...alarms].filter(isWaiting);
  if (waiting.length > 0) {
    const who = waiting.map(({ endpoint }) => endpoint).join(', ');
    return { ok: false, detail: `not confirmed: ${who}` };
  }
  const chat = outputs.find('chatTopic') === undefined ? '' : ', and a chat channel';
  if (alerts.length === 0 && chat === '') {
    return { ok: false, detail: 'nobody gets the alerts: tagwarden subscribe' };
  }
  return { ok: true, detail: `${alerts.length} confirmed${chat}` };
}

function isWaiting({ arn }: Subscription): boolean {
  return arn === undefined;
}
