import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { failureOf, Lab, portOf, resolver } from './lab.ts';

const lab = new Lab();

describe('where connections go', () => {
  it('goes to loopback only where that is allowed', async () => {
    const { registry, repository } = await lab.serving();
    const client = lab.client({ allowLoopback: false });
    const failure = await failureOf(client.headManifest(repository, '1'));
    expect(failure).toMatchObject({ code: 'ADDRESS_FORBIDDEN', reason: 'unreachable' });
    expect(registry.connections).toBe(0);
  });

  it.each(['127.0.0.1:9001', '[::1]:9001', '169.254.79.129:2000', '[fe80::1]:5000'])(
    'does not go to %s in a function, also when the watch list says that it may be private',
    async (registry) => {
      const settings = [{ host: registry, allowPrivate: true, plainHttp: true }];
      const client = lab.client({ allowLoopback: false, settings });
      const failure = failureOf(client.headManifest({ registry, repository: 'acme/app' }, '1'));
      expect(await failure).toMatchObject({ code: 'ADDRESS_FORBIDDEN' });
    },
  );

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
    const { registry } = await lab.serving();
    const { resolve } = resolver(...addresses);
    const client = lab.client({ allowLoopback: false, resolve });
    const named = { registry: `registry.example:${portOf(registry)}`, repository: 'acme/app' };
    const failure = await failureOf(client.headManifest(named, '1'));
    expect(failure).toMatchObject({ code: 'ADDRESS_FORBIDDEN' });
    expect(failure.message).toContain('allowPrivate');
    expect(registry.connections).toBe(0);
  });

  it('connects to the address that was checked, and resolves once', async () => {
    const { registry } = await lab.serving();
    const { state, resolve } = resolver('127.0.0.1');
    const host = `registry.example:${portOf(registry)}`;
    const settings = [{ host, allowPrivate: false, plainHttp: true }];
    const client = lab.client({ settings, resolve });
    const named = { registry: host, repository: 'acme/app' };
    expect(await client.headManifest(named, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests[0]?.headers.host).toBe(host);
    expect(state.calls).toBe(registry.connections);
  });

  it('asks no proxy that the environment names: it would resolve names itself', async () => {
    const { registry, image } = await lab.serving();
    const proxy = await lab.listener('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const url = `http://127.0.0.1:${proxy.port}`;
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((n) => [n, n.toLowerCase()]);
    const env = Object.fromEntries(names.map((name) => [name, url]));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(import.meta.dirname, '../../../bin/tagwarden.ts'),
        'digest',
        `${registry.host}/acme/app:1`,
      ],
      { env: { ...env, NODE_USE_ENV_PROXY: '1' } },
    );
    expect(stdout.trim()).toBe(image.digest);
    expect(proxy.connections).toBe(0);
  });

  it('lets a name change its mind only within what is allowed', async () => {
    const { registry } = await lab.serving();
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
