import { CustomResource, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { FUNCTION_MEMORY } from '../../lambda/contract/sizing.ts';
import type { EventTable } from './event-table.ts';
import { PERMISSIONS } from './permissions.ts';
import { type FunctionDefaults, TagwardenFunction } from './tagwarden-function.ts';

/** A watch list without a problem in it, compiled. */
export interface CompiledWatchlistFile {
  /** Of the compiled list, as JSON. */
  readonly path: string;
  /** Changes when, and only when, the list does. */
  readonly hash: string;
}

export interface WatchlistApplierProps extends FunctionDefaults {
  readonly events: EventTable;
  readonly watchlist: CompiledWatchlistFile;
  /** Whether a deployment may end the watching of more than a fifth of what is watched. */
  readonly allowRemovals: boolean;
}

/** Makes the watches equal to the list whenever that has changed; a list that cannot be applied rolls the deployment back. */
export class WatchlistApplier extends Construct {
  readonly function: lambda.Function;
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: WatchlistApplierProps) {
    super(scope, id);
    const { events, watchlist, allowRemovals, ...defaults } = props;
    const apply = new TagwardenFunction(this, 'Apply', {
      ...defaults,
      handler: 'apply',
      description: 'Applies the watch list of a deployment',
      memorySize: FUNCTION_MEMORY.apply,
      timeout: Duration.minutes(15),
      maxEventAge: Duration.minutes(5),
      environment: { [ENVIRONMENT.table]: events.table.tableName },
    });
    this.function = apply.function;
    events.access.grant(apply.role, PERMISSIONS.apply);
    const asset = new Asset(this, 'Watchlist', { path: watchlist.path });
    apply.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)],
      }),
    );
    this.resource = new CustomResource(this, 'Applied', {
      resourceType: 'Custom::TagwardenWatchlist',
      serviceToken: apply.function.functionArn,
      // It answers by itself well before; one that died must not hold the deployment for an hour.
      serviceTimeout: Duration.minutes(16),
      properties: {
        WatchlistBucket: asset.s3BucketName,
        WatchlistKey: asset.s3ObjectKey,
        WatchlistHash: watchlist.hash,
        AllowRemovals: String(allowRemovals),
        // Another table knows nothing of the list yet, although that is the same.
        Table: events.table.tableName,
      },
    });
    this.resource.node.addDependency(apply.role);
  }
}
