import { once } from 'node:events';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newAccess } from '../../../../lambda/adapters/dynamodb/embedded/access.ts';
import { clientOf } from '../../../../lambda/adapters/dynamodb/embedded/client.ts';
import {
  connectOrOpen,
  openEmbedded,
} from '../../../../lambda/adapters/dynamodb/embedded/index.ts';
import { createStore } from '../../../../lambda/adapters/dynamodb/index.ts';
import { TAG_KEY } from '../../../support/store/examples.ts';
import { inFolder, startWriter } from '../../../support/store/processes.ts';

const storeJson = (dataDir: string) => join(dataDir, 'store.json');

/** Answers everything with 200 and an empty object, as a process that knows no secret can. */
async function startImpostor() {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { port: (server.address() as AddressInfo).port, seen, close };
}

describe('connectOrOpen', () => {
  it('opens the store once, whoever asks at the same time', () =>
    inFolder(async (dataDir) => {
      const all = await Promise.all([1, 2, 3].map(() => connectOrOpen({ dataDir })));
      expect(all.filter(({ owner }) => owner)).toHaveLength(1);
      expect(new Set(all.map(({ endpoint }) => endpoint)).size).toBe(1);
      const ids = await Promise.all(
        all.map(({ client, tableName }) => createStore(client, { tableName }).id()),
      );
      expect(new Set(ids).size).toBe(1);
      await Promise.all(all.map((each) => each.close()));
    }));

  it('talks to the process that has it open, and says when that is gone', () =>
    inFolder(async (dataDir) => {
      const writer = startWriter(dataDir);
      await writer.said('committed', 20);
      const guest = await connectOrOpen({ dataDir });
      expect(guest.owner).toBe(false);
      const { events } = createStore(guest.client, { tableName: guest.tableName });
      expect(await events.history('ghcr.io/acme/app1:1', { limit: 1 })).toHaveLength(1);
      await writer.kill();
      await expect(events.get(TAG_KEY, 1)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        temporary: true,
        message: expect.stringContaining('is gone'),
      });
      await guest.close();
      const next = await connectOrOpen({ dataDir });
      expect(next.owner).toBe(true);
      await next.close();
    }));

  it('lets the next process open what was closed', () =>
    inFolder(async (dataDir) => {
      const first = await connectOrOpen({ dataDir });
      const id = await createStore(first.client, first).id();
      await first.close();
      await first.close();
      expect(await readdir(dataDir)).toEqual(['db']);
      const second = await connectOrOpen({ dataDir });
      expect(second.owner).toBe(true);
      expect(await createStore(second.client, second).id()).toBe(id);
      await second.close();
    }));

  it.each(['', '{', '{"v":1}', '[]'])('opens over a store.json that says %j', (text) =>
    inFolder(async (dataDir) => {
      await (await openEmbedded({ dataDir })).close();
      await writeFile(storeJson(dataDir), text);
      const opened = await connectOrOpen({ dataDir });
      expect(opened.owner).toBe(true);
      await opened.close();
    }),
  );

  it('does not believe another process on the port of one that is gone', () =>
    inFolder(async (dataDir) => {
      const impostor = await startImpostor();
      await (await openEmbedded({ dataDir })).close();
      const access = newAccess();
      const left = { v: 1, pid: 1, port: impostor.port, ...access };
      await writeFile(storeJson(dataDir), JSON.stringify(left));
      const opened = await connectOrOpen({ dataDir });
      expect(opened.owner).toBe(true);
      expect(impostor.seen.length).toBeGreaterThan(0);
      expect(JSON.stringify(impostor.seen)).not.toContain(access.secretAccessKey);
      await opened.close();
      await impostor.close();
    }));
});

describe('a client', () => {
  it('believes no answer that is not signed, not even a refusal', async () => {
    const impostor = await startImpostor();
    const client = clientOf({ port: impostor.port, access: newAccess(), maxAttempts: 1 });
    const { states } = createStore(client, { tableName: 'tagwarden' });
    await expect(states.read(TAG_KEY)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('not the store'),
    });
    client.destroy();
    await impostor.close();
  });
});

describe('openEmbedded', () => {
  it('is refused while another has it open', () =>
    inFolder(async (dataDir) => {
      const first = await openEmbedded({ dataDir });
      await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
        code: 'IN_USE',
        temporary: true,
      });
      expect(await readdir(dataDir)).toContain('store.json');
      await first.close();
    }));

  it('keeps the folder and the key to its user', () =>
    inFolder(async (dataDir) => {
      const opened = await openEmbedded({ dataDir });
      const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
      expect(await modeOf(dataDir)).toBe(0o700);
      expect(await modeOf(join(dataDir, 'db'))).toBe(0o700);
      expect(await modeOf(storeJson(dataDir))).toBe(0o600);
      await opened.close();
    }));

  it('refuses a folder that others can write to', () =>
    inFolder(async (dataDir) => {
      await (await openEmbedded({ dataDir })).close();
      await chmod(dataDir, 0o770);
      for (const open of [openEmbedded, connectOrOpen]) {
        await expect(open({ dataDir })).rejects.toMatchObject({
          code: 'UNSAFE',
          message: expect.stringContaining('chmod 700'),
        });
      }
    }));

  it('says what is wrong with a folder that cannot be made', () =>
    inFolder(async (dataDir) => {
      await writeFile(dataDir, '');
      await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
        code: 'UNSAFE',
        message: expect.stringContaining(dataDir),
      });
    }));

  it('works in memory without a folder', async () => {
    const opened = await openEmbedded();
    const store = createStore(opened.client, opened);
    expect(await store.id()).toBe(await store.id());
    await opened.close();
  });
});

describe('another user of the machine', () => {
  it('gets nothing from the port without the key', async () => {
    const opened = await openEmbedded();
    const store = createStore(opened.client, opened);
    await store.id();
    const ask = (authorization?: string) =>
      fetchText(opened.endpoint, {
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        ...(authorization !== undefined && { authorization }),
      });
    const guess = `AWS4-HMAC-SHA256 Credential=${'0'.repeat(48)}/20260319/embedded/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
    for (const answer of [await ask(), await ask('x'), await ask(guess)]) {
      expect(answer.status).toBe(403);
      expect(answer.proof).toBeNull();
      expect(answer.body).not.toContain('Item');
    }
    await opened.close();
  });
});

async function fetchText(url: string, headers: Record<string, string>) {
  const body = JSON.stringify({
    TableName: 'tagwarden',
    Key: { pk: { S: 'STORE' }, sk: { S: 'STORE' } },
  });
  const answer = await fetch(url, { method: 'POST', headers, body });
  const proof = answer.headers.get('x-tagwarden-proof');
  return { status: answer.status, proof, body: await answer.text() };
}
