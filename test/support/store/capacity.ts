import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

interface Answer {
  readonly ConsumedCapacity?: Consumed | readonly Consumed[];
}

interface Consumed {
  readonly CapacityUnits?: number;
}

/** Of one kind of item, or index. */
export interface Capacity {
  reads: number;
  writes: number;
}

const READS = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand']);

/** Adds up what the database itself says that it charged, by the kind of item that was asked for. */
export class CapacityCounter {
  requests = 0;
  readonly #by = new Map<string, Capacity>();

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' };
        const result = await next({ ...args, input });
        this.#add(context.commandName ?? '', input, result.output as Answer);
        return result;
      },
      { step: 'initialize', name: 'countCapacity' },
    );
  }

  /** By the beginning of the partition key: `STATE`, `LANE`, `JOB`, … */
  get by(): ReadonlyMap<string, Capacity> {
    return this.#by;
  }

  get total(): Capacity {
    const sum = { reads: 0, writes: 0 };
    for (const { reads, writes } of this.#by.values()) {
      sum.reads += reads;
      sum.writes += writes;
    }
    return sum;
  }

  reset(): void {
    this.#by.clear();
    this.requests = 0;
  }

  #add(command: string, input: object, { ConsumedCapacity }: Answer): void {
    const said = [ConsumedCapacity ?? []]
      .flat()
      .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    const kind = kindOf(input);
    const capacity = this.#by.get(kind) ?? { reads: 0, writes: 0 };
    // The service charges a request that finds nothing, too; the embedded database says 0 of a query.
    if (READS.has(command)) capacity.reads += Math.max(said, leastOf(input));
    else capacity.writes += said;
    this.requests += 1;
    this.#by.set(kind, capacity);
  }
}

function leastOf(input: { readonly ConsistentRead?: boolean }): number {
  return input.ConsistentRead === true ? 1 : 0.5;
}

/** The first partition key in the request, up to its `#`. */
function kindOf(input: object): string {
  const key = /"(?:pk|:hash)":\{"S":"([^#"]*)/.exec(JSON.stringify(input))?.[1];
  return key ?? 'other';
}
