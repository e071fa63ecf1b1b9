import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  answerCloudFormation,
  type CustomResourceAnswer,
} from '../../../lambda/adapters/cloudformation/index.ts';

const ANSWER: CustomResourceAnswer = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'tagwarden-watchlist',
  ...{ StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Watchlist' },
  Data: { Added: '1' },
};

interface Put {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly length: string | undefined;
  readonly body: string;
}

let server: Server;
let puts: Put[];
let statuses: number[];
let pauses: number[];

beforeAll(async () => {
  server = createServer((request, response) => {
    void read(request).then((put) => {
      puts.push(put);
      response.writeHead(statuses.shift() ?? 200).end('<xml/>');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  [puts, statuses, pauses] = [[], [], []];
});

async function read(request: IncomingMessage): Promise<Put> {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const { method, url, headers } = request;
  return { method, url, type: headers['content-type'], length: headers['content-length'], body };
}

function answer(port = (server.address() as AddressInfo).port): Promise<void> {
  const url = `http://127.0.0.1:${port}/bucket/key?X-Amz-Signature=s%2Fecret`;
  return answerCloudFormation(url, ANSWER, async (time) => pauses.push(time));
}

describe('an answer to CloudFormation', () => {
  it('is put as it was signed for: no content type, a length, the whole query', async () => {
    await answer();
    expect(puts).toHaveLength(1);
    const [put] = puts;
    expect(put).toMatchObject({ method: 'PUT', url: '/bucket/key?X-Amz-Signature=s%2Fecret' });
    expect(put).toMatchObject({ type: '', length: String(Buffer.byteLength(put?.body ?? '')) });
    expect(JSON.parse(put?.body ?? '')).toEqual(ANSWER);
  });

  it('is put again until it is taken', async () => {
    statuses = [503, 500];
    await answer();
    expect(puts).toHaveLength(3);
    expect(pauses).toEqual([1_000, 2_000]);
  });

  it('fails without showing where to when it is never taken', async () => {
    statuses = Array(5).fill(403);
    const thrown = await answer().catch(String);
    expect(puts).toHaveLength(5);
    expect(thrown).toContain('answered 403');
    expect(thrown).not.toContain('Signature');
  });

  it('fails when nobody is there', async () => {
    await expect(answer(1)).rejects.toThrow('ECONNREFUSED');
    expect(pauses).toHaveLength(4);
  });
});
