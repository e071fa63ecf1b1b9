import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { FUNCTION_MEMORY } from '../../lambda/contract/sizing.ts';
import type { EventTable } from './event-table.ts';
import { PERMISSIONS } from './permissions.ts';
import { type FunctionDefaults, TagwardenFunction } from './tagwarden-function.ts';
import { Tick } from './tick.ts';

export interface TrustRefresherProps extends FunctionDefaults {
  readonly events: EventTable;
  readonly deadLetters: sqs.IQueue;
}

/** Asks Sigstore's TUF repository for a newer trusted root, twice a day: one failure is then no news. */
export class TrustRefresher extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: TrustRefresherProps) {
    super(scope, id);
    const { events, deadLetters, ...defaults } = props;
    const refresh = new TagwardenFunction(this, 'Refresh', {
      ...defaults,
      handler: 'refresh-trust',
      description: 'Keeps the last good trusted root of Sigstore',
      memorySize: FUNCTION_MEMORY.refreshTrust,
      timeout: Duration.minutes(1),
      environment: { [ENVIRONMENT.table]: events.table.tableName },
    });
    this.function = refresh.function;
    events.access.grant(refresh.role, PERMISSIONS.refreshTrust);
    new Tick(this, 'Tick', {
      description: 'Wakes the trust refresher of Tagwarden',
      function: refresh.function,
      every: Duration.hours(12),
      deadLetters,
    });
  }
}
