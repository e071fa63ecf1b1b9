import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BUNDLE } from '../../lambda/contract/bundle.ts';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';

const PROJECT = join(import.meta.dirname, '../..');

/** What all functions of a deployment have in common. */
export interface FunctionDefaults {
  /** How long their logs are kept. */
  readonly logRetention: logs.RetentionDays;
  /** The least severe line that they write. */
  readonly logLevel: string;
}

export interface TagwardenFunctionProps extends FunctionDefaults {
  /** File below `lambda/handlers`, without its ending. */
  readonly handler: string;
  readonly description: string;
  /** In MB. */
  readonly memorySize: number;
  readonly timeout: Duration;
  /** By the names of `ENVIRONMENT`. */
  readonly environment: Readonly<Record<string, string>>;

  /**
   * How long an asynchronous call may wait for its turn.
   *
   * @default - one minute: then the next tick is there
   */
  readonly maxEventAge?: Duration;

  /**
   * Network that the function is in.
   *
   * @default - none: it has an address of AWS
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Whether the function may invoke itself by what it sends, without Lambda taking that for a loop.
   *
   * @default - no
   */
  readonly recursive?: boolean;
}

/** A function of Tagwarden: bundled whole, with a role and a log group of its own, and no more rights than it is given. */
export class TagwardenFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: TagwardenFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grantWrite(this.role);
    if (props.vpc !== undefined) allowNetworkInterfaces(this.role);
    this.function = new nodejs.NodejsFunction(this, 'Function', {
      ...code(props.handler),
      role: this.role,
      logGroup,
      description: props.description,
      memorySize: props.memorySize,
      timeout: props.timeout,
      environment: {
        [ENVIRONMENT.stack]: Stack.of(this).stackName,
        [ENVIRONMENT.logLevel]: props.logLevel,
        ...props.environment,
      },
      // Whoever asked asks again: a tick by the next tick, a person by hand.
      retryAttempts: 0,
      maxEventAge: props.maxEventAge ?? Duration.minutes(1),
      ...(props.vpc && { vpc: props.vpc }),
      ...(props.recursive === true && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
    });
  }
}

function code(handler: string): nodejs.NodejsFunctionProps {
  return {
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    entry: join(PROJECT, 'lambda/handlers', `${handler}.ts`),
    projectRoot: PROJECT,
    depsLockFilePath: join(PROJECT, 'package-lock.json'),
    awsSdkConnectionReuse: false,
    bundling: {
      target: BUNDLE.target,
      format: nodejs.OutputFormat.ESM,
      minify: BUNDLE.minify,
      keepNames: BUNDLE.keepNames,
      mainFields: [...BUNDLE.mainFields],
      externalModules: [...BUNDLE.external],
      banner: BUNDLE.banner,
    },
  };
}

/** EC2 knows no resources for these actions that could be named before they exist. */
function allowNetworkInterfaces(role: iam.Role): void {
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
  acknowledgeWildcard(role, 'Resource::*', 'network interfaces are named by EC2 as it makes them');
}

/** Says why one resource or action of a role is a pattern. */
export function acknowledgeWildcard(scope: Construct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
}
