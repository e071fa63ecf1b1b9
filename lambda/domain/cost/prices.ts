/** What AWS charges for one unit, in USD. */
export interface Price {
  readonly usd: number;
  /** What one of it is, and for how many the list names its price. */
  readonly unit: string;
  readonly listed: string;
}

/** Where and when these prices were listed; the free tier, discounts and taxes are not in them. */
export const PRICES_OF = 'us-east-1, on-demand list prices of 2026-05';

const MILLION = 1_000_000;
const perMillion = (usd: number, unit: string): Price => ({
  usd: usd / MILLION,
  unit,
  listed: `${usd} USD per million`,
});
const each = (usd: number, unit: string): Price => ({ usd, unit, listed: `${usd} USD` });

export const PRICES = {
  readUnit: perMillion(0.125, 'read request unit'),
  writeUnit: perMillion(0.625, 'write request unit'),
  /** Table and point-in-time recovery together. */
  storage: each(0.45, 'GB and month (0.25 table, 0.20 recovery)'),
  /** FIFO; of at most 64 KB. */
  queueRequest: perMillion(0.5, 'request'),
  invocation: perMillion(0.2, 'invocation'),
  /** arm64 */
  gigabyteSecond: each(0.000_013_333_4, 'GB-second'),
  schedule: perMillion(1, 'invocation'),
  publish: perMillion(0.5, 'publish'),
  email: { usd: 2 / 100_000, unit: 'e-mail', listed: '2 USD per 100,000' },
  logs: each(0.5, 'GB'),
  metric: each(0.3, 'metric and month'),
  alarm: each(0.1, 'alarm and month'),
  dashboard: each(3, 'dashboard and month'),
  secret: each(0.4, 'secret and month'),
} as const satisfies Readonly<Record<string, Price>>;
export type PriceName = keyof typeof PRICES;
