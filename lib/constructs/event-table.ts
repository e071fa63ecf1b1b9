import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ATTRIBUTE, describeTable } from '../../lambda/contract/table-schema.ts';

/**
 * The single table, with the keys and indexes that the store expects (`describeTable`). On demand,
 * with point-in-time recovery; history outlives the stack.
 */
export class EventTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const wanted = describeTable('');
    this.table = new dynamodb.Table(this, 'Table', {
      ...keysOf(wanted.KeySchema),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: ATTRIBUTE.ttl,
    });
    for (const index of wanted.GlobalSecondaryIndexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.IndexName,
        ...keysOf(index.KeySchema),
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
    for (const index of wanted.LocalSecondaryIndexes) {
      this.table.addLocalSecondaryIndex({
        indexName: index.IndexName,
        sortKey: keysOf(index.KeySchema).sortKey,
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
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
