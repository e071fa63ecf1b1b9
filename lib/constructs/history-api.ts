import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { FUNCTION_MEMORY } from '../../lambda/contract/sizing.ts';
import type { EventTable } from './event-table.ts';
import { PERMISSIONS } from './permissions.ts';
import { type FunctionDefaults, TagwardenFunction } from './tagwarden-function.ts';

export interface HistoryApiProps extends FunctionDefaults {
  readonly events: EventTable;
}

/** What happened, over HTTP, for whoever IAM lets in. It can only read. */
export class HistoryApi extends Construct {
  readonly function: lambda.Function;
  readonly api: apigateway.IHttpApi;

  constructor(scope: Construct, id: string, { events, ...defaults }: HistoryApiProps) {
    super(scope, id);
    const history = new TagwardenFunction(this, 'History', {
      ...defaults,
      handler: 'history',
      description: 'Answers what happened to tags',
      memorySize: FUNCTION_MEMORY.history,
      timeout: Duration.seconds(15),
      environment: { [ENVIRONMENT.table]: events.table.tableName },
    });
    this.function = history.function;
    events.access.grant(history.role, PERMISSIONS.history);
    const api = new apigateway.HttpApi(this, 'Api', {
      description: 'History of image tags',
      createDefaultStage: false,
      // Of every route, also of those that somebody adds: an endpoint without IAM is public.
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    api.addRoutes({
      path: '/{proxy+}',
      methods: [apigateway.HttpMethod.GET],
      integration: new HttpLambdaIntegration('History', history.function),
    });
    this.#stage(api, defaults.logRetention);
    this.api = api as apigateway.IHttpApi;
  }

  #stage(api: apigateway.HttpApi, retention: logs.RetentionDays): void {
    const logGroup = new logs.LogGroup(this, 'AccessLogs', {
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 20, burstLimit: 40 },
      accessLogSettings: { destination: new apigateway.LogGroupLogDestination(logGroup) },
    });
  }

  /** Lets somebody ask what happened. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: [
        Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.api.apiId,
          resourceName: '*/GET/*',
        }),
      ],
    });
  }
}
