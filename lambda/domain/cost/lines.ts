import { PRICES, type PriceName } from './prices.ts';

/** `fixed`: there even with nothing to watch; `checks`: of tags that did not move; `changes`: of those that did. */
export type CostGroup = 'fixed' | 'checks' | 'changes';

/** One line of the estimate, for a month. */
export interface CostLine {
  readonly group: CostGroup;
  readonly what: string;
  readonly quantity: number;
  readonly price: PriceName;
  readonly usd: number;
}

export function line(group: CostGroup, what: string, quantity: number, price: PriceName): CostLine {
  return { group, what, quantity, price, usd: quantity * PRICES[price].usd };
}

export function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
