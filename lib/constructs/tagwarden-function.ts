import { join } from 'node:path';
import {
  AssetHashType,
  DockerImage,
  Duration,
  RemovalPolicy,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { bundleFunction } from '../bundle-function.ts';

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
    this.function = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: code(props.handler),
      handler: 'index.handler',
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

/** Bundled here and now, never in a container. */
function code(handler: string): lambda.Code {
  return lambda.Code.fromAsset(join(PROJECT, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      // Never run. The CDK bundles once for all assets whose options look alike, and a function does not.
      command: [handler],
      local: {
        tryBundle: (outdir) => {
          bundleFunction(handler, outdir);
          return true;
        },
      },
    },
  });
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
