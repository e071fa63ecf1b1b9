import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** The topic that alerts are published to: encrypted at rest, and deaf to anything but TLS. */
export class AlertTopic extends Construct {
  readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: 'Tagwarden alerts',
      enforceSSL: true,
      masterKey: kms.Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
  }
}
