import { type Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface TickProps {
  readonly description: string;
  readonly function: lambda.IFunction;
  readonly every: Duration;
  /** Where a tick goes that the function could not be told of. */
  readonly deadLetters: sqs.IQueue;

  /**
   * What the function is told.
   *
   * @default - nothing
   */
  readonly input?: Readonly<Record<string, unknown>>;
}

/**
 * Wakes a function at a fixed rate. A tick that fails is not repeated: the next one does its work
 * too, and two at once would only be in each other's way.
 */
export class Tick extends Construct {
  constructor(scope: Construct, id: string, props: TickProps) {
    super(scope, id);
    const { deadLetters, input = {} } = props;
    const role = this.#role(props.function, deadLetters);
    const schedule = new scheduler.Schedule(this, 'Schedule', {
      description: props.description,
      schedule: scheduler.ScheduleExpression.rate(props.every),
      target: {
        bind: () => ({
          arn: props.function.functionArn,
          role,
          input: scheduler.ScheduleTargetInput.fromObject(input),
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
          deadLetterConfig: { arn: deadLetters.queueArn },
        }),
      },
    });
    // A schedule that ran before its role may invoke would send its first ticks to the dead letters.
    schedule.node.addDependency(role);
  }

  #role(target: lambda.IFunction, deadLetters: sqs.IQueue): iam.Role {
    const stack = Stack.of(this);
    const groups = stack.formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    // Attack: a schedule of another account that names this role (confused deputy).
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': groups },
        },
      }),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [target.functionArn],
      }),
    );
    deadLetters.grantSendMessages(role);
    return role;
  }
}
