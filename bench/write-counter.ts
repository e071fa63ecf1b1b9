import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand']);
/** Receipts, runs and lanes belong to a job or a run, not to a tag. */
const BOOKKEEPING = /^(JOB|RUN|LANE)#/;

interface Input {
  readonly Item?: { readonly pk?: { readonly S?: string } };
  readonly Key?: { readonly pk?: { readonly S?: string } };
  readonly RequestItems?: Readonly<Record<string, readonly unknown[]>>;
}

/** Counts the items that a client writes, those of jobs and runs apart. */
export class WriteCounter {
  #routine = 0;

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, context) => (args) => {
        this.#routine += writesOf(context.commandName ?? '', args.input as Input);
        return next(args);
      },
      { step: 'initialize', name: 'countWrites' },
    );
  }

  get routine(): number {
    return this.#routine;
  }

  reset(): void {
    this.#routine = 0;
  }
}

function writesOf(command: string, { Item, Key, RequestItems }: Input): number {
  if (command === 'BatchWriteItemCommand') return Object.values(RequestItems ?? {}).flat().length;
  if (!WRITES.has(command)) return 0;
  return BOOKKEEPING.test(Item?.pk?.S ?? Key?.pk?.S ?? '') ? 0 : 1;
}
