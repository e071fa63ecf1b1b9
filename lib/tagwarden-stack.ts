import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OUTPUT } from '../lambda/contract/stack-outputs.ts';
import { AlertTopic } from './constructs/alert-topic.ts';
import { EventTable } from './constructs/event-table.ts';

/**
 * What Tagwarden keeps in the user's account: the table that remembers, and the topic that tells.
 * The command line finds both by the outputs.
 */
export class TagwardenStack extends Stack {
  readonly table: EventTable;
  readonly alerts: AlertTopic;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.table = new EventTable(this, 'Events');
    this.alerts = new AlertTopic(this, 'Alerts');
    new CfnOutput(this, OUTPUT.table, { value: this.table.table.tableName });
    new CfnOutput(this, OUTPUT.alertTopic, { value: this.alerts.topic.topicArn });
  }
}
