import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { newAccess } from '../../../../lambda/adapters/dynamodb/embedded/access.ts';
import { DatabaseThread } from '../../../../lambda/adapters/dynamodb/embedded/thread.ts';
import { clientOfThread } from '../../../../lambda/adapters/dynamodb/embedded/thread-client.ts';
import { createStore } from '../../../../lambda/adapters/dynamodb/index.ts';
import { TAG_KEY } from '../../../support/store/examples.ts';

const TABLE = { tableName: 'tagwarden' };
const start = () => DatabaseThread.start({ ...TABLE, access: newAccess() });
const patience = { timeout: 30_000 };

const run = promisify(execFile);
const OPEN = join(import.meta.dirname, '../../../../lambda/adapters/dynamodb/embedded/open.ts');
const STORE = join(import.meta.dirname, '../../../../lambda/adapters/dynamodb/index.ts');

const codeOf = ({ code }: { code: string }) => code;

/** Exit code 0 within the time of the test, or it hangs. */
function inProcess(script: string): Promise<{ stdout: string }> {
  const imports = `const { openEmbedded } = await import('${OPEN}'); const { createStore } = await import('${STORE}');`;
  return run(process.execPath, ['-e', `(async () => { ${imports} ${script} })()`]);
}

describe('the thread of the database', () => {
  it('answers what it does not know as DynamoDB does', async () => {
    const thread = await start();
    for (const [target, text, type] of [
      ['DynamoDB_20120810.Scan', '{}', 'UnknownOperationException'],
      ['DynamoDB_20120810.GetItem', '{}', 'ValidationException'],
      ['DynamoDB_20120810.GetItem', '{', 'InternalServerError'],
    ] as const) {
      const { status, body } = await thread.ask(target, text, patience);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(Buffer.from(body).toString()).toContain(type);
    }
    await thread.stop();
  });

  it('answers what is under way before it ends, and nothing after that', async () => {
    const thread = await start();
    const store = createStore(clientOfThread(thread), TABLE);
    const underWay = Array.from({ length: 20 }, () => store.states.read(TAG_KEY));
    // The SDK sends a few turns later.
    await store.states.read(TAG_KEY);
    await thread.stop();
    expect(await Promise.all(underWay)).toEqual(underWay.map(() => ({ kind: 'absent' })));
    await expect(store.events.get(TAG_KEY, 1)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      temporary: true,
      message: expect.stringContaining('the embedded database has ended: closed'),
    });
  });

  it('leaves nobody waiting who asks while it ends', async () => {
    const thread = await start();
    const stopped = thread.stop();
    const request = JSON.stringify({
      TableName: 'tagwarden',
      Key: { pk: { S: 'a' }, sk: { S: 'b' } },
    });
    const late = Array.from({ length: 200 }, () =>
      thread.ask('DynamoDB_20120810.GetItem', request, patience).catch(codeOf),
    );
    await stopped;
    const ends = await Promise.all(late);
    expect(ends).toContain('UNAVAILABLE');
  });

  it('keeps the process while it is asked', async () => {
    const { stdout } = await inProcess(
      `const opened = await openEmbedded(); console.log(await createStore(opened.client, opened).id());`,
    );
    expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  });

  it('keeps no process that has nothing to ask', async () => {
    const { stdout } = await inProcess(`await openEmbedded(); console.log('open');`);
    expect(stdout).toBe('open\n');
  });
});
