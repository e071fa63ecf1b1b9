import { describe, expect, it } from '@jest/globals';
import { credentialFor } from '../../../lambda/adapters/registry/index.ts';
import { ociError } from '../../support/registry/index.ts';
import { failureOf, Lab, SHORT } from './lab.ts';

const lab = new Lab();

describe('when a registry does not answer', () => {
  it.each([
    ['says nothing', { hang: true }],
    ['drips its body', { drip: 100 }],
    ['thinks for too long', { delay: 1000 }],
  ])('gives up when it %s', async (_name, fault) => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add(fault);
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure).toMatchObject({ code: 'TIMEOUT', reason: 'timeout', temporary: true });
    expect(failure.message).toContain(`${registry.host}: GET manifest acme/app:1`);
  });

  it('gives up on one that accepts connections and no more', async () => {
    const listener = await lab.listener();
    const repository = { registry: `127.0.0.1:${listener.port}`, repository: 'acme/app' };
    const call = lab.client({ limits: SHORT }).headManifest(repository, '1');
    expect(await failureOf(call)).toMatchObject({ reason: 'timeout' });
  });

  it('works on with the connections that are left', async () => {
    const { registry, repository, client } = await lab.serving({}, { connections: 2 });
    const heal = registry.faults.add({ hang: true });
    const hanging = Array.from({ length: 5 }, () =>
      failureOf(client.headManifest(repository, '1')),
    );
    await Promise.all(hanging);
    heal();
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
  });

  it('stops when the caller does, for the reason the caller gives', async () => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ hang: true });
    const caller = new AbortController();
    const call = client.getManifest(repository, '1', caller.signal);
    setTimeout(() => caller.abort(new Error('interrupted')), 20);
    await expect(call).rejects.toThrow('interrupted');
    await expect(client.headManifest(repository, '1', caller.signal)).rejects.toThrow(
      'interrupted',
    );
  });

  it('leaves no timer behind: at thousands of requests a second they would be memory', async () => {
    const { repository, client } = await lab.serving({}, { limits: {} });
    const timers = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    for (let n = 0; n < 50; n += 1) await client.headManifest(repository, '1');
    expect(timers() - before).toBeLessThan(10);
  });

  it('is unreachable when nobody listens', async () => {
    const { registry, repository, client } = await lab.serving();
    await registry.close();
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      code: 'UNREACHABLE',
      reason: 'unreachable',
      temporary: true,
    });
  });

  it('is unreachable when its name is unknown', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const client = lab.client({ resolve: (_name, _options, callback) => callback(unknown, []) });
    const call = client.headManifest({ registry: 'none.example', repository: 'a' }, '1');
    expect(await failureOf(call)).toMatchObject({ reason: 'unreachable' });
  });

  it.each(['1.2.3.4.5', '999.1.1.1', '[::zz]'])(
    'is unreachable when %s is no host',
    async (registry) => {
      const call = lab.client().headManifest({ registry, repository: 'a' }, '1');
      expect(await failureOf(call)).toMatchObject({ reason: 'unreachable' });
    },
  );
});

describe('when a registry breaks off', () => {
  it('fails when the body is shorter than announced', async () => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ cut: 20 });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(['unreachable', 'protocol']).toContain(failure.reason);
  });

  it('asks once more when an idle connection was closed', async () => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ raw: '', times: 1 });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests).toHaveLength(2);
  });

  it('asks no third time', async () => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ raw: '' });
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      reason: 'unreachable',
    });
    expect(registry.requests).toHaveLength(2);
  });

  it.each([
    ['garbage', 'not HTTP at all\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}\r\n`],
    ['one header without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('fails on %s', async (_name, raw) => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ raw });
    expect((await failureOf(client.getManifest(repository, '1'))).reason).toBe('protocol');
  });

  it('ends a flood of interim answers', async () => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ raw: 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000) });
    await failureOf(client.getManifest(repository, '1'));
  });

  it('takes no more of a body than was announced, and none of it for another answer', async () => {
    const { registry, image, repository, client } = await lab.serving({}, { connections: 1 });
    const bytes = registry.store.find('acme/app')?.manifest('1')?.bytes ?? new Uint8Array();
    const body = Buffer.from(bytes).toString();
    registry.faults.add({
      times: 1,
      raw: `HTTP/1.1 200 OK\r\ncontent-length: 20\r\ndocker-content-digest: ${image.digest}\r\n\r\n${body}`,
    });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(['digest-mismatch', 'protocol']).toContain(failure.reason);
    expect(await client.getManifest(repository, '1')).toMatchObject({ digest: image.digest });
  });

  it('stores no cookie, and reads no header section without end', async () => {
    const { registry, repository, client } = await lab.serving();
    const cookies = (count: number) => Array.from({ length: count }, (_, n) => `c${n}=secret`);
    const heal = registry.faults.add({ headers: { 'set-cookie': cookies(100) } });
    for (let n = 0; n < 2; n += 1) await client.headManifest(repository, '1');
    heal();
    await client.headManifest(repository, '1');
    for (const { headers } of registry.requests) expect(headers.cookie).toBeUndefined();
    const warning = cookies(1000).map((text) => `299 - "${text}"`);
    registry.faults.add({ headers: { warning } });
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      reason: 'protocol',
    });
  });

  it('attributes no body or second answer of a HEAD to another request', async () => {
    const { registry, image, repository, client } = await lab.serving({}, { connections: 1 });
    const evil = `sha256:${'e'.repeat(64)}`;
    const answer = `HTTP/1.1 200 OK\r\ndocker-content-digest: ${image.digest}\r\ncontent-length: 5\r\n\r\n`;
    const second = `HTTP/1.1 200 OK\r\ndocker-content-digest: ${evil}\r\ncontent-length: 0\r\n\r\n`;
    registry.faults.add({ times: 1, raw: `${answer}hello${second}` });
    const calls = Array.from({ length: 5 }, () => client.headManifest(repository, '1'));
    for (const found of await Promise.all(calls)) {
      expect(found).toMatchObject({ kind: 'found', digest: image.digest });
    }
  });
});

describe('when a registry refuses', () => {
  const seconds = { 'retry-after': '30' };
  it.each([
    ['429', 429, seconds, '', 'throttled', 30_000],
    [
      '429 that says when in its body',
      429,
      {},
      'toomanyrequests: retry-after: 2s',
      'throttled',
      2_000,
    ],
    ['429 that does not say when', 429, {}, '', 'throttled', undefined],
    ['503 that says when', 503, seconds, '', 'throttled', 30_000],
    ['503', 503, {}, '', 'server-error', undefined],
    ['500', 500, {}, '<html>', 'server-error', undefined],
    ['418', 418, {}, '', 'protocol', undefined],
    ['204', 204, {}, '', 'protocol', undefined],
    ['304 that nobody asked for', 304, {}, '', 'protocol', undefined],
  ])('fails on %s, with a reason', async (_name, status, headers, body, reason, retryAfter) => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ answer: { status, headers, body } });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure.reason).toBe(reason);
    expect(failure.retryAfter).toBe(retryAfter);
  });

  it.each([401, 403, 451])('is denied on %i', async (status) => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ answer: ociError(status, 'DENIED', 'not for you') });
    expect(await client.getManifest(repository, '1')).toMatchObject({ kind: 'denied', status });
  });

  it('says what was asked of whom, what came back and what to do', async () => {
    const { registry, repository, client } = await lab.serving();
    const said = 'slow down \u001b[31mplease\nor else';
    registry.faults.add({ answer: ociError(429, 'TOOMANYREQUESTS', said) });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure.message).toBe(
      `${registry.host}: GET manifest acme/app:1 answered 429 TOOMANYREQUESTS (slow down [31mplease): ` +
        'wait, or log in for a larger quota',
    );
  });

  it('does not repeat a credential that the registry echoes', async () => {
    const password = 'correct-horse-battery';
    const users = [{ username: 'me', password }];
    const { registry, repository, client } = await lab.serving(
      { auth: 'basic', users },
      (host) => ({
        credentials: credentialFor(host, { kind: 'password', username: 'me', password }),
      }),
    );
    await client.headManifest(repository, '1');
    const { authorization = '' } = registry.requests.at(-1)?.headers ?? {};
    registry.faults.add({ answer: ociError(500, 'OOPS', `${password} ${authorization}`) });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure.message).toContain('OOPS');
    expect(failure.message).not.toContain(password);
    expect(failure.message).not.toContain(authorization.slice(6));
  });

  it('reads no error without end', async () => {
    const { registry, repository, client } = await lab.serving();
    registry.faults.add({ answer: { status: 404, headers: {}, body: ' '.repeat(1_000_000) } });
    expect(await client.getManifest(repository, '1')).toMatchObject({
      kind: 'missing',
      oci: false,
    });
  });
});
