import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AlertTopicProps {
  /**
   * What mail programs show as the sender.
   *
   * @default - Tagwarden alerts
   */
  readonly displayName?: string;

  /**
   * Key that alerts are encrypted with at rest.
   *
   * @default - the key of SNS in this account
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Who is told, and of which alerts.
   *
   * @default - nobody yet
   */
  readonly subscriptions?: readonly sns.ITopicSubscription[];
}

/** A topic that alerts are published to: encrypted at rest, and deaf to anything but TLS. */
export class AlertTopic extends Construct {
  readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: AlertTopicProps = {}) {
    super(scope, id);
    const { displayName = 'Tagwarden alerts', encryptionKey, subscriptions = [] } = props;
    this.topic = new sns.Topic(this, 'Topic', {
      displayName,
      enforceSSL: true,
      masterKey: encryptionKey ?? kms.Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
    for (const subscription of subscriptions) this.topic.addSubscription(checked(subscription));
  }
}

/** A webhook of Slack answers no confirmation, and would show the JSON of a notification. */
function checked(subscription: sns.ITopicSubscription): sns.ITopicSubscription {
  return {
    bind(topic) {
      const config = subscription.bind(topic);
      if (/^https:\/\/hooks\.slack(?:-gov)?\.com\//i.test(config.endpoint)) {
        throw new Error(
          'found a Slack webhook as a subscription, expected the properties slackWorkspaceId and slackChannelId',
        );
      }
      return config;
    },
  };
}
