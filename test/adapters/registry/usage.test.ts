import { describe, expect, it } from '@jest/globals';
import { RegistryUsage } from '../../../lambda/adapters/registry/index.ts';
import { pushImage } from '../../support/registry/index.ts';
import { failureOf, Lab } from './lab.ts';

const lab = new Lab();

describe('the use of registries', () => {
  it('is every request, tokens included, and the least that is left', async () => {
    const usage = new RegistryUsage();
    const registry = await lab.registry({ auth: 'token' });
    pushImage(registry, 'acme/app', '1', { content: 'one' });
    const repository = { registry: registry.host, repository: 'acme/app' };
    const client = lab.client({ usage });
    for (const left of ['76;w=21600', '75;w=21600']) {
      const remove = registry.faults.add({ headers: { 'ratelimit-remaining': left } });
      await client.headManifest(repository, '1');
      remove();
    }
    expect(usage.take()).toEqual({
      requests: registry.requests.length,
      quotas: new Map([[registry.host, 75]]),
    });
    expect(usage.take()).toEqual({ requests: 0, quotas: new Map() });
  });

  it.each(['', 'none', '-1', '7x', '99999999999', '1;w=1, 2;w=2'])(
    'knows nothing of a quota %j',
    async (remaining) => {
      const usage = new RegistryUsage();
      const registry = await lab.registry();
      pushImage(registry, 'acme/app', '1', { content: 'one' });
      registry.faults.add({ headers: { 'ratelimit-remaining': remaining } });
      await lab
        .client({ usage })
        .headManifest({ registry: registry.host, repository: 'acme/app' }, '1');
      expect(usage.take().quotas.size).toBe(0);
    },
  );

  it('remembers a thousand registries at most', () => {
    const usage = new RegistryUsage();
    for (let n = 0; n < 2_000; n++) usage.answered(`r-${n}.example`, 1);
    expect(usage.take().quotas.size).toBe(1_000);
  });
});

describe('when it cannot be found out who we are', () => {
  it('asks for nothing without a login, and says why nothing is known', async () => {
    const registry = await lab.registry({ auth: 'basic' });
    pushImage(registry, 'acme/app', '1', { content: 'one' });
    const find = () => Promise.reject(new Error('the secret cannot be read: AccessDenied'));
    const client = lab.client({ credentials: { find } });
    const repository = { registry: registry.host, repository: 'acme/app' };
    const failure = await failureOf(client.headManifest(repository, '1'));
    expect(failure).toMatchObject({ code: 'CREDENTIALS_UNKNOWN', reason: 'bad-token' });
    expect(failure.message).toContain('asks for a login: the secret cannot be read: AccessDenied');
    expect(registry.requests).toHaveLength(1);
  });
});
