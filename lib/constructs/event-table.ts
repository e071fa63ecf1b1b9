import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ATTRIBUTE, describeTable } from '../../lambda/contract/table-schema.ts';
import { TableAccess } from './table-access.ts';

export interface EventTableProps {
  /**
   * A table that an earlier deployment left: its history goes on. Without the ARN of its stream,
   * alerts wait for the next tick.
   *
   * @default - a new table
   */
  readonly adopted?: dynamodb.ITable;

  /**
   * Key that a new table is encrypted with.
   *
   * @default - a key that DynamoDB owns
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * The single table, with the keys and indexes that the store expects (`describeTable`). On demand,
 * with point-in-time recovery; history outlives the stack.
 */
export class EventTable extends Construct {
  readonly table: dynamodb.ITable;
  readonly access: TableAccess;

  constructor(scope: Construct, id: string, { adopted, encryptionKey }: EventTableProps = {}) {
    super(scope, id);
    this.table = adopted ?? this.#create(encryptionKey);
    this.access = new TableAccess(this.table);
  }

  #create(encryptionKey: kms.IKey | undefined): dynamodb.ITable {
    const wanted = describeTable('');
    const table = new dynamodb.Table(this, 'Table', {
      ...keysOf(wanted.KeySchema),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: ATTRIBUTE.ttl,
      // It only wakes deliver, which reads what it needs.
      stream: dynamodb.StreamViewType.KEYS_ONLY,
      ...(encryptionKey && { encryptionKey }),
    });
    for (const index of wanted.GlobalSecondaryIndexes) {
      table.addGlobalSecondaryIndex({
        indexName: index.IndexName,
        ...keysOf(index.KeySchema),
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
    for (const index of wanted.LocalSecondaryIndexes) {
      table.addLocalSecondaryIndex({
        indexName: index.IndexName,
        sortKey: keysOf(index.KeySchema).sortKey,
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
    return table as dynamodb.ITable;
  }
}

type KeySchema = ReturnType<typeof describeTable>['KeySchema'];

function keysOf(schema: KeySchema): {
  partitionKey: dynamodb.Attribute;
  sortKey: dynamodb.Attribute;
} {
  const named = (type: 'HASH' | 'RANGE'): dynamodb.Attribute => {
    const element = schema.find(({ KeyType }) => KeyType === type);
    if (element === undefined) throw new Error(`key schema without ${type} key`);
    return { name: element.AttributeName, type: dynamodb.AttributeType.STRING };
  };
  return { partitionKey: named('HASH'), sortKey: named('RANGE') };
}
