import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { FUNCTION_MEMORY } from '../../lambda/contract/sizing.ts';
import { ATTRIBUTE, KEY } from '../../lambda/contract/table-schema.ts';
import type { EventTable } from './event-table.ts';
import { PERMISSIONS } from './permissions.ts';
import {
  acknowledgeWildcard,
  type FunctionDefaults,
  TagwardenFunction,
} from './tagwarden-function.ts';
import { Tick } from './tick.ts';

export interface DelivererProps extends FunctionDefaults {
  readonly events: EventTable;
  readonly alerts: sns.ITopic;
  /** Where chat channels listen. @default - nowhere */
  readonly chat?: sns.ITopic;
  /** How often everything that is marked is looked for. */
  readonly every: Duration;
  /** Where ticks and stream records go that the function could not be told of. */
  readonly tickDeadLetters: sqs.IQueue;
  readonly streamDeadLetters: sqs.IQueue;
}

/** Publishes what was committed. The only one that may publish: what it is not told of cannot be told. */
export class Deliverer extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: DelivererProps) {
    super(scope, id);
    const { events, alerts, chat, every, tickDeadLetters, streamDeadLetters, ...defaults } = props;
    const deliver = new TagwardenFunction(this, 'Deliver', {
      ...defaults,
      handler: 'deliver',
      description: 'Publishes the alerts of what was committed',
      memorySize: FUNCTION_MEMORY.deliver,
      timeout: Duration.minutes(1),
      environment: {
        [ENVIRONMENT.table]: events.table.tableName,
        [ENVIRONMENT.topicArn]: alerts.topicArn,
        ...(chat && { [ENVIRONMENT.chatTopicArn]: chat.topicArn }),
      },
    });
    this.function = deliver.function;
    for (const topic of chat === undefined ? [alerts] : [alerts, chat]) {
      topic.grantPublish(deliver.role);
    }
    events.access.grant(deliver.role, PERMISSIONS.deliver);
    if (events.table.tableStreamArn !== undefined) this.#wake(events, streamDeadLetters);
    new Tick(this, 'Sweep', {
      description: 'Wakes the deliverer of Tagwarden',
      function: deliver.function,
      every,
      deadLetters: tickDeadLetters,
      input: { v: 1, kind: 'sweep' },
    });
  }

  /** The stream only says that there is something: what a record is lost for, the next sweep finds. */
  #wake({ table }: EventTable, deadLetters: sqs.IQueue): void {
    const isNewEvent = lambda.FilterCriteria.filter({
      eventName: lambda.FilterRule.isEqual('INSERT'),
      dynamodb: {
        Keys: { [ATTRIBUTE.pk]: { S: lambda.FilterRule.beginsWith(KEY.events('')) } },
      },
    });
    this.function.addEventSource(
      new DynamoEventSource(table, {
        startingPosition: lambda.StartingPosition.LATEST,
        batchSize: 100,
        retryAttempts: 2,
        maxRecordAge: Duration.minutes(5),
        reportBatchItemFailures: true,
        filters: [isNewEvent],
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    acknowledgeWildcard(
      this.function.role ?? this,
      'Resource::*',
      'streams can only be listed for the whole account',
    );
  }
}
