import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from '../support/store/examples.ts';
import { startStore, type TestStore } from '../support/store/index.ts';

const RUNBOOK = readFileSync(join(import.meta.dirname, '../../docs/operator-runbook.md'), 'utf8');
const NOW = '2026-03-19T03:12:31.000Z';

/** What stands behind a flag of a command of the runbook. */
function argument(command: string, flag: string): string {
  const [, found] = new RegExp(`${flag} '([^']+)'`).exec(command) ?? [];
  if (found === undefined) throw new Error(`no ${flag} in the runbook`);
  return found;
}

describe('the command of the runbook that sends an alert again', () => {
  const [, command = ''] = /```\n(aws dynamodb update-item[\s\S]+?)```/.exec(RUNBOOK) ?? [];
  const subject = 'ghcr.io/acme/app:1.4.2';
  let database: TestStore;

  const sendAgain = () =>
    database.client.send(
      new UpdateItemCommand({
        TableName: database.tableName,
        Key: JSON.parse(argument(command, '--key')),
        ConditionExpression: argument(command, '--condition-expression'),
        UpdateExpression: argument(command, '--update-expression'),
        ExpressionAttributeValues: JSON.parse(argument(command, '--expression-attribute-values')),
      }),
    );

  beforeAll(async () => {
    database = await startStore();
    const { events } = database.store;
    await events.commit(anEvent({ subject, seq: 17, at: NOW }));
  });
  afterAll(() => database.close());

  it('does nothing to one that was not set aside', async () => {
    await expect(sendAgain()).rejects.toThrow('conditional');
  });

  it('marks it again, so that deliver finds it', async () => {
    const { events } = database.store;
    await events.setAside(subject, 17, 'too long');
    expect(await events.due(NOW, 10)).toEqual([]);
    await sendAgain();
    expect(await events.due(NOW, 10)).toMatchObject([{ event: { subject, seq: 17 }, attempts: 0 }]);
    expect(await events.marked(subject)).toHaveLength(1);
  });
});
