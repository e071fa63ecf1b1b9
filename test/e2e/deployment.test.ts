import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { expect, it } from '@jest/globals';
import { OUTPUT } from '../../lambda/contract/stack-outputs.ts';
import type { Settings } from './cdk.ts';
import { suite, useStage } from './stage.ts';
import { writeWatchlist } from './watchlist.ts';

suite.each([
  ['plain', false],
  ['with permissions enforced over TLS', true],
])('a deployment, %s', (_, enforced) => {
  const stage = useStage(enforced);
  let settings: Settings;
  let outputs: Readonly<Record<string, string>>;

  it('follows the bootstrap of an empty account', async () => {
    await stage().cdk.bootstrap();
  });

  it('does not begin with a watch list that is wrong', async () => {
    const wrong = await writeWatchlist(stage(), ['HOST/shop/api:1.4', 'HOST/shop/api:1.4']);
    const { exit, stdout, stderr } = await stage().cdk.tryDeploy('Tagwarden', wrong);
    expect(exit).toBe(1);
    expect(stdout + stderr).toMatch(
      /watchlist\.yaml:15:5 watch\[1\]: found .*shop\/api:1\.4 again/,
    );
    await expect(stage().cloud.outputs('Tagwarden')).rejects.toThrow('does not exist');
  });

  it('is one command, and names what it made', async () => {
    settings = await writeWatchlist(stage(), ['HOST/shop/api:1.4']);
    await stage().cdk.deploy('Tagwarden', settings);
    outputs = await stage().cloud.outputs('Tagwarden');
    const { tables, topics } = stage().cloud;
    await tables.send(new DescribeTableCommand({ TableName: outputs[OUTPUT.table] }));
    await topics.send(new GetTopicAttributesCommand({ TopicArn: outputs[OUTPUT.alertTopic] }));
  });

  it('leaves the table alone when it is destroyed', async () => {
    await stage().cdk.destroy('Tagwarden', settings);
    const { tables, topics } = stage().cloud;
    await tables.send(new DescribeTableCommand({ TableName: outputs[OUTPUT.table] }));
    const gone = topics.send(
      new GetTopicAttributesCommand({ TopicArn: outputs[OUTPUT.alertTopic] }),
    );
    await expect(gone).rejects.toThrow();
  });
});
