import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { expect, it } from '@jest/globals';
import { OUTPUT } from '../../lambda/contract/stack-outputs.ts';
import { suite, useStage } from './stage.ts';

suite.each([
  ['plain', false],
  ['with permissions enforced over TLS', true],
])('a deployment, %s', (_, enforced) => {
  const stage = useStage(enforced);
  let outputs: Readonly<Record<string, string>>;

  it('follows the bootstrap of an empty account', async () => {
    expect(await stage().cdk.bootstrap()).toMatchObject({ exit: 0 });
  });

  it('is one command, and names what it made', async () => {
    expect(await stage().cdk.deploy('Tagwarden', {})).toMatchObject({ exit: 0 });
    outputs = await stage().cloud.outputs('Tagwarden');
    const { tables, topics } = stage().cloud;
    await tables.send(new DescribeTableCommand({ TableName: outputs[OUTPUT.table] }));
    await topics.send(new GetTopicAttributesCommand({ TopicArn: outputs[OUTPUT.alertTopic] }));
  });

  it('leaves the table alone when it is destroyed', async () => {
    expect(await stage().cdk.destroy('Tagwarden', {})).toMatchObject({ exit: 0 });
    const { tables, topics } = stage().cloud;
    await tables.send(new DescribeTableCommand({ TableName: outputs[OUTPUT.table] }));
    const gone = topics.send(
      new GetTopicAttributesCommand({ TopicArn: outputs[OUTPUT.alertTopic] }),
    );
    await expect(gone).rejects.toThrow();
  });
});
