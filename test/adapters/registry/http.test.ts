import { describe, expect, it } from '@jest/globals';
import {
  credentialFor,
  type RegistryClientOptions,
} from '../../../lambda/adapters/registry/index.ts';
import {
  ociError,
  pushImage,
  type RegistryOptions,
  selfSigned,
} from '../../support/registry/index.ts';
import { failureOf, Lab, portOf, resolver } from './lab.ts';

const lab = new Lab();
const SHORT = { headDeadline: 300, getDeadline: 300, connectTimeout: 300 };

async function started(
  options: RegistryOptions = {},
  client: Partial<RegistryClientOptions> | ((host: string) => Partial<RegistryClientOptions>) = {},
) {
  const registry = await lab.registry(options);
  const image = pushImage(registry, 'acme/app', '1', { content: 'one' });
  const repository = { registry: registry.host, repository: 'acme/app' };
  const given = typeof client === 'function' ? client(registry.host) : client;
  return { registry, image, repository, client: lab.client({ limits: SHORT, ...given }) };
}

describe('when a registry does not answer', () => {
  it.each([
    ['says nothing', { hang: true }],
    ['drips its body', { drip: 100 }],
    ['thinks for too long', { delay: 1000 }],
  ])('gives up when it %s', async (_name, fault) => {
    const { registry, repository, client } = await started();
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
    const { registry, repository, client } = await started({}, { connections: 2 });
    const heal = registry.faults.add({ hang: true });
    const hanging = Array.from({ length: 5 }, () =>
      failureOf(client.headManifest(repository, '1')),
    );
    await Promise.all(hanging);
    heal();
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
  });

  it('stops when the caller does, for the reason the caller gives', async () => {
    const { registry, repository, client } = await started();
    registry.faults.add({ hang: true });
    const caller = new AbortController();
    const call = client.getManifest(repository, '1', caller.signal);
    setTimeout(() => caller.abort(new Error('interrupted')), 20);
    await expect(call).rejects.toThrow('interrupted');
    await expect(client.headManifest(repository, '1', caller.signal)).rejects.toThrow(
      'interrupted',
    );
  });

  it('is unreachable when nobody listens', async () => {
    const { registry, repository, client } = await started();
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
    const { registry, repository, client } = await started();
    registry.faults.add({ cut: 20 });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(['unreachable', 'protocol']).toContain(failure.reason);
  });

  it('asks once more when an idle connection was closed', async () => {
    const { registry, repository, client } = await started();
    registry.faults.add({ raw: '', times: 1 });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests).toHaveLength(2);
  });

  it('asks no third time', async () => {
    const { registry, repository, client } = await started();
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
    const { registry, repository, client } = await started();
    registry.faults.add({ raw });
    expect((await failureOf(client.getManifest(repository, '1'))).reason).toBe('protocol');
  });

  it('ends a flood of interim answers', async () => {
    const { registry, repository, client } = await started();
    registry.faults.add({ raw: 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000) });
    await failureOf(client.getManifest(repository, '1'));
  });

  it('attributes no body or second answer of a HEAD to another request', async () => {
    const { registry, image, repository, client } = await started({}, { connections: 1 });
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
    const { registry, repository, client } = await started();
    registry.faults.add({ answer: { status, headers, body } });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure.reason).toBe(reason);
    expect(failure.retryAfter).toBe(retryAfter);
  });

  it.each([401, 403, 451])('is denied on %i', async (status) => {
    const { registry, repository, client } = await started();
    registry.faults.add({ answer: ociError(status, 'DENIED', 'not for you') });
    expect(await client.getManifest(repository, '1')).toMatchObject({ kind: 'denied', status });
  });

  it('says what was asked of whom, what came back and what to do', async () => {
    const { registry, repository, client } = await started();
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
    const { registry, repository, client } = await started({ auth: 'basic', users }, (host) => ({
      credentials: credentialFor(host, { kind: 'password', username: 'me', password }),
    }));
    await client.headManifest(repository, '1');
    const { authorization = '' } = registry.requests.at(-1)?.headers ?? {};
    registry.faults.add({ answer: ociError(500, 'OOPS', `${password} ${authorization}`) });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure.message).toContain('OOPS');
    expect(failure.message).not.toContain(password);
    expect(failure.message).not.toContain(authorization.slice(6));
  });

  it('reads no error without end', async () => {
    const { registry, repository, client } = await started();
    registry.faults.add({ answer: { status: 404, headers: {}, body: ' '.repeat(1_000_000) } });
    expect(await client.getManifest(repository, '1')).toMatchObject({
      kind: 'missing',
      oci: false,
    });
  });
});

describe('where connections go', () => {
  it('goes to loopback only where that is allowed', async () => {
    const { registry, repository } = await started();
    const client = lab.client({ allowLoopback: false });
    const failure = await failureOf(client.headManifest(repository, '1'));
    expect(failure).toMatchObject({ code: 'ADDRESS_FORBIDDEN', reason: 'unreachable' });
    expect(registry.connections).toBe(0);
  });

  it.each([
    '169.254.169.254',
    '10.0.0.1',
    '0x0a.1',
    '[fd12::1]:5000',
    '[::ffff:169.254.169.254]',
    '2130706433',
  ])('does not go to %s, which a reference names', async (registry) => {
    const client = lab.client({ allowLoopback: false });
    const call = client.headManifest({ registry, repository: 'latest/meta-data' }, '1');
    expect(await failureOf(call)).toMatchObject({ code: 'ADDRESS_FORBIDDEN' });
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['a private address', ['10.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a public and a private address', ['93.184.216.34', '127.0.0.1']],
    ['IPv6', ['::ffff:127.0.0.1']],
  ])('does not go where a name resolves to %s', async (_name, addresses) => {
    const { registry } = await started();
    const { resolve } = resolver(...addresses);
    const client = lab.client({ allowLoopback: false, resolve });
    const named = { registry: `registry.example:${portOf(registry)}`, repository: 'acme/app' };
    const failure = await failureOf(client.headManifest(named, '1'));
    expect(failure).toMatchObject({ code: 'ADDRESS_FORBIDDEN' });
    expect(failure.message).toContain('allowPrivate');
    expect(registry.connections).toBe(0);
  });

  it('connects to the address that was checked, and resolves once', async () => {
    const { registry } = await started();
    const { state, resolve } = resolver('127.0.0.1');
    const host = `registry.example:${portOf(registry)}`;
    const settings = [{ host, allowPrivate: false, plainHttp: true }];
    const client = lab.client({ settings, resolve });
    const named = { registry: host, repository: 'acme/app' };
    expect(await client.headManifest(named, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests[0]?.headers.host).toBe(host);
    expect(state.calls).toBe(registry.connections);
  });

  it('lets a name change its mind only within what is allowed', async () => {
    const { registry } = await started();
    let address = '127.0.0.1';
    const host = `registry.example:${portOf(registry)}`;
    const client = lab.client({
      settings: [{ host, allowPrivate: false, plainHttp: true }],
      resolve: (_name, _options, callback) => callback(null, [{ address, family: 4 }]),
    });
    const named = { registry: host, repository: 'acme/app' };
    await client.headManifest(named, '1');
    address = '169.254.169.254';
    // More at once than there are connections: others are opened, looked up and refused.
    const calls = Array.from({ length: 4 }, () => client.headManifest(named, '1'));
    const outcomes = await Promise.allSettled(calls);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: 'ADDRESS_FORBIDDEN' });
    }
  });
});

describe('when a registry has TLS', () => {
  const good = selfSigned();

  it('takes its certificate from the authority that is named for it', async () => {
    const { repository, client } = await started({ tls: good }, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: good.cert }],
    }));
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
  });

  it.each([
    ['signed by nobody known', good, selfSigned().cert],
    ['for another name', selfSigned({ dnsName: 'other.example' }), undefined],
    ['over', selfSigned({ notAfter: new Date(Date.now() - 86_400_000) }), undefined],
  ])('refuses a certificate that is %s', async (_name, tls, ca) => {
    const { repository, client } = await started({ tls }, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: ca ?? tls.cert }],
    }));
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      code: 'TLS',
      reason: 'tls',
    });
  });

  it('takes any certificate where the user says so, and only there', async () => {
    const first = await started({ tls: good });
    const second = await started({ tls: good });
    const client = lab.client({
      allowInsecureTls: [first.registry.host],
      settings: [
        {
          host: second.registry.host,
          allowPrivate: false,
          plainHttp: false,
          ca: selfSigned().cert,
        },
      ],
    });
    expect(await client.headManifest(first.repository, '1')).toMatchObject({ kind: 'found' });
    expect(await failureOf(client.headManifest(second.repository, '1'))).toMatchObject({
      code: 'TLS',
    });
  });

  it('does not fall back to plain HTTP', async () => {
    const { registry, repository, client } = await started({}, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: good.cert }],
    }));
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({ code: 'TLS' });
    expect(registry.requests).toEqual([]);
  });

  it('keeps its connections', async () => {
    const { registry, repository, client } = await started({ tls: good }, (host) => ({
      allowInsecureTls: [host],
    }));
    for (let n = 0; n < 20; n += 1) await client.headManifest(repository, '1');
    expect(registry.connections).toBeLessThanOrEqual(2);
  });
});
