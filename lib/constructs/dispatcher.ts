import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { FUNCTION_MEMORY } from '../../lambda/contract/sizing.ts';
import type { EventTable } from './event-table.ts';
import type { JobQueue } from './job-queue.ts';
import { PERMISSIONS } from './permissions.ts';
import { type FunctionDefaults, TagwardenFunction } from './tagwarden-function.ts';
import { Tick } from './tick.ts';

export interface DispatcherProps extends FunctionDefaults {
  readonly events: EventTable;
  readonly jobs: JobQueue;
  readonly every: Duration;
  readonly deadLetters: sqs.IQueue;
}

/** Sends what is due to the queue, on every tick; and what somebody asks for by the command line. */
export class Dispatcher extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: DispatcherProps) {
    super(scope, id);
    const { events, jobs, every, deadLetters, ...defaults } = props;
    const dispatch = new TagwardenFunction(this, 'Dispatch', {
      ...defaults,
      handler: 'dispatch',
      description: 'Sends what is due to the queue',
      memorySize: FUNCTION_MEMORY.dispatch,
      timeout: Duration.minutes(1),
      environment: {
        [ENVIRONMENT.table]: events.table.tableName,
        [ENVIRONMENT.queueUrl]: jobs.queue.queueUrl,
      },
    });
    this.function = dispatch.function;
    jobs.queue.grantSendMessages(dispatch.role);
    events.access.grant(dispatch.role, PERMISSIONS.dispatch);
    new Tick(this, 'Tick', {
      description: 'Wakes the dispatcher of Tagwarden',
      function: dispatch.function,
      every,
      deadLetters,
    });
  }
}
