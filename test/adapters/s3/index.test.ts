import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readObject } from '../../../lambda/adapters/s3/index.ts';

let server: Server;
let answer: { status: number; body: string };
let asked: string[];

beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    asked.push(url.split('?')[0] ?? '');
    response.writeHead(answer.status, { 'content-type': 'application/xml' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function read(): Promise<Uint8Array> {
  asked = [];
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...{ forcePathStyle: true, maxAttempts: 1 },
  });
  return readObject(client, { bucket: 'assets', key: 'list.json' });
}

describe('an object', () => {
  it('is read whole', async () => {
    answer = { status: 200, body: 'é'.repeat(100_000) };
    expect(Buffer.from(await read()).toString()).toBe(answer.body);
    expect(asked).toEqual(['/assets/list.json']);
  });

  it('that may not be read says so in a way that can be waited for', async () => {
    answer = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    await expect(read()).rejects.toMatchObject({ code: 'DENIED', temporary: false });
  });

  it('that is not there is an error that names it', async () => {
    answer = { status: 404, body: '<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>' };
    await expect(read()).rejects.toThrow('read list.json of assets: gone');
  });
});
