import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { FUNCTION_MEMORY } from '../../lambda/contract/sizing.ts';
import type { EventTable } from './event-table.ts';
import type { JobQueue } from './job-queue.ts';
import { PERMISSIONS } from './permissions.ts';
import type { RegistryCredentials } from './registry-credentials.ts';
import {
  acknowledgeWildcard,
  type FunctionDefaults,
  TagwardenFunction,
} from './tagwarden-function.ts';

/** How long one job may take. */
export const SCAN_TIMEOUT = Duration.minutes(5);

export interface ScannerProps extends FunctionDefaults {
  readonly events: EventTable;
  readonly jobs: JobQueue;
  readonly credentials: RegistryCredentials;
  /** ARNs of the ECR repositories that are read by the function's own role; may end in `*`. */
  readonly ecrRepositories: readonly string[];
  /** Whether the public registry of ECR is asked by the role too: then its quota is not the address's. */
  readonly ecrPublic: boolean;
  /** Jobs that are worked at the same time, at least 2. */
  readonly concurrency: number;
  readonly vpc?: ec2.IVpc;
}

/** Works the jobs of the queue: asks registries, verifies, decides, commits. The only one that talks to registries. */
export class Scanner extends Construct {
  readonly function: lambda.Function;
  readonly #role: iam.Role;

  constructor(scope: Construct, id: string, props: ScannerProps) {
    super(scope, id);
    const { events, jobs, credentials, ecrRepositories, ecrPublic, concurrency, ...defaults } =
      props;
    const scan = new TagwardenFunction(this, 'Scan', {
      ...defaults,
      handler: 'scan',
      description: 'Asks registries where tags point, and verifies what moved',
      memorySize: FUNCTION_MEMORY.scan,
      timeout: SCAN_TIMEOUT,
      // A job sends its rest, and a filter its parts, to the queue that it came from; both are bounded.
      recursive: true,
      environment: {
        [ENVIRONMENT.table]: events.table.tableName,
        [ENVIRONMENT.queueUrl]: jobs.queue.queueUrl,
        [ENVIRONMENT.credentialsSecretArn]: credentials.secret.secretArn,
      },
    });
    this.function = scan.function;
    this.#role = scan.role;
    // Nothing relies on reserved concurrency: a new account has ten executions in all.
    this.function.addEventSource(
      new SqsEventSource(jobs.queue, {
        batchSize: 1,
        maxConcurrency: concurrency,
        reportBatchItemFailures: true,
      }),
    );
    jobs.queue.grantSendMessages(scan.role);
    credentials.secret.grantRead(scan.role);
    events.access.grant(scan.role, PERMISSIONS.scan);
    if (ecrRepositories.length > 0) this.#allowEcr(ecrRepositories);
    if (ecrPublic) this.#allowEcrPublic();
  }

  /** What the registry API of ECR asks of the role behind a token. */
  #allowEcr(repositories: readonly string[]): void {
    this.#role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:ListImages'],
        resources: [...repositories],
      }),
    );
    this.#role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    );
    acknowledgeWildcard(this.#role, 'Resource::*', 'a token of ECR is for the whole registry');
    for (const repository of repositories.filter((arn) => arn.includes('*'))) {
      const reason = 'the user names the repositories that may be watched by a pattern';
      acknowledgeWildcard(this.#role, `Resource::${repository}`, reason);
    }
  }

  #allowEcrPublic(): void {
    this.#role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ecr-public:GetAuthorizationToken'], resources: ['*'] }),
    );
    this.#role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:GetServiceBearerToken'],
        resources: ['*'],
        conditions: { StringEquals: { 'sts:AWSServiceName': 'ecr-public.amazonaws.com' } },
      }),
    );
    acknowledgeWildcard(this.#role, 'Resource::*', 'a token of ECR is for the whole registry');
  }
}
