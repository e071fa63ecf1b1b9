import { type Duration, MINUTE, plus, type Timestamp } from '../../domain/time.ts';
import type { HealthCheck, HealthDeps } from '../health.ts';
import type { QuotaLeft, Receipt } from '../ports.ts';

/** How far back receipts are looked at, and how many at most. */
const SINCE: Duration = 30 * MINUTE;
const RECEIPTS = 5_000;
/** Of the checks of one registry. */
const FAILING_SHARE = 0.5;

interface Sum {
  checked: number;
  readonly reasons: Map<string, number>;
  /** The least that it had left for us. */
  quota?: QuotaLeft;
}

/** Registries of which most checks found nothing out lately. One that asked for silence is no failure. */
export async function checkRegistries(deps: HealthDeps, now: Timestamp): Promise<HealthCheck> {
  const check = 'registries';
  const sums = new Map<string, Sum>();
  for await (const receipt of receiptsSince(deps, plus(now, -SINCE))) add(sums, receipt);
  const failing = [...sums].flatMap(([lane, sum]) => failureOf(lane, sum));
  if (failing.length > 0) return { check, ok: false, detail: `failing: ${failing.join(', ')}` };
  const answered = [...sums.values()].filter(({ checked }) => checked > 0).length;
  const when = `in the last ${SINCE / MINUTE} minutes`;
  const none = `none was checked ${when}`;
  const detail = answered === 0 ? none : `${answered} checked ${when}: well`;
  return { check, ok: true, detail: [detail, ...[...sums].flatMap(quotaText)].join('; ') };
}

async function* receiptsSince({ runs }: HealthDeps, since: Timestamp): AsyncGenerator<Receipt> {
  let count = 0;
  for await (const { tick } of runs.runs(since)) {
    for await (const receipt of runs.receipts(tick)) {
      if (count++ === RECEIPTS) return;
      yield receipt;
    }
  }
}

function add(sums: Map<string, Sum>, { lane, totals, quota }: Receipt): void {
  const sum: Sum = sums.get(lane) ?? { checked: 0, reasons: new Map() };
  sums.set(lane, sum);
  const { throttled = 0, quota: saved = 0, ...failures } = totals.inconclusive;
  sum.checked += totals.checked - throttled - saved;
  if (quota !== undefined && quota.remaining < (sum.quota?.remaining ?? Infinity))
    sum.quota = quota;
  for (const [reason, count] of Object.entries(failures)) {
    sum.reasons.set(reason, (sum.reasons.get(reason) ?? 0) + count);
  }
}

function quotaText([lane, { quota }]: [string, Sum]): string[] {
  return quota === undefined ? [] : [`${lane} has ${quota.remaining} of ${quota.limit} pulls left`];
}

function failureOf(lane: string, { checked, reasons }: Sum): string[] {
  const failed = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  if (failed === 0 || failed < checked * FAILING_SHARE) return [];
  const [[worst = ''] = []] = [...reasons].sort(([, a], [, b]) => b - a);
  return [`${lane} (${failed} of ${checked} checks, ${worst})`];
}
