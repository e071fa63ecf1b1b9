import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUsedUp, readQuota } from '../../../lambda/adapters/registry/quota.ts';
import { HOUR, timestampOf } from '../../../lambda/domain/time.ts';
import { pushImage } from '../../support/registry/index.ts';
import { failureOf, Lab } from './lab.ts';

const lab = new Lab();
const NOW = Date.parse('2026-03-19T03:00:00Z');
const at = timestampOf(NOW);
const HUB = {
  'ratelimit-limit': '100;w=21600',
  'ratelimit-remaining': '76;w=21600',
  'docker-ratelimit-source': '192.0.2.7',
};

async function asked(headers: Readonly<Record<string, string>>, status?: number, body?: string) {
  const registry = await lab.registry();
  pushImage(registry, 'acme/app', '1', { content: 'one' });
  registry.faults.add({
    headers,
    ...(status !== undefined && { status }),
    ...(body !== undefined && { body }),
  });
  const client = lab.client({ now: () => NOW });
  return { registry, client, repository: { registry: registry.host, repository: 'acme/app' } };
}

describe('the quota that a registry announces', () => {
  it('is read from every answer, also of a HEAD', async () => {
    const { client, registry, repository } = await asked(HUB);
    expect(client.standing?.(registry.host)).toBeUndefined();
    await client.headManifest(repository, '1');
    const quota = { remaining: 76, limit: 100, window: 6 * HOUR, at, source: '192.0.2.7' };
    expect(client.standing?.(registry.host)).toEqual({ quota });
  });

  it.each([
    [{ 'ratelimit-remaining': '5' }, { remaining: 5, limit: 5, window: 6 * HOUR }],
    [
      { 'ratelimit-remaining': '5;w=60', 'ratelimit-limit': '3' },
      { remaining: 5, limit: 5, window: 60_000 },
    ],
    [{ 'ratelimit-remaining': '0;w=9999999' }, { remaining: 0, limit: 0, window: 24 * HOUR }],
    [{ 'ratelimit-remaining': '0;w=0' }, { remaining: 0, limit: 0, window: 1_000 }],
    [
      { ...HUB, 'docker-ratelimit-source': 'x'.repeat(65) },
      { remaining: 76, limit: 100, window: 6 * HOUR },
    ],
  ])('%j', (headers, quota) => {
    expect(readQuota(headers, NOW)).toEqual({ ...quota, at });
  });

  it.each(['', 'many', '-1', '1e9', '12345678901', '5;w=x', '5; q=1'])('%j is none', (text) => {
    expect(readQuota({ 'ratelimit-remaining': text }, NOW)).toBeUndefined();
  });

  it('never throws, whatever the header says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (remaining, limit) => {
        const quota = readQuota(
          { 'ratelimit-remaining': remaining, 'ratelimit-limit': limit },
          NOW,
        );
        return quota === undefined || (quota.limit >= quota.remaining && quota.window > 0);
      }),
    );
  });
});

describe('a 429', () => {
  it('about pulls is its own error, is not asked again, and tells when to come back', async () => {
    const used = { ...HUB, 'ratelimit-remaining': '0;w=21600' };
    const { client, registry, repository } = await asked(used, 429, 'pull rate limit');
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure).toMatchObject({ code: 'QUOTA', reason: 'quota', retryAfter: 6 * HOUR });
    expect(registry.requests).toHaveLength(1);
    expect(client.standing?.(registry.host)?.quota?.remaining).toBe(0);
  });

  it('about pulls in words alone is remembered just so', async () => {
    const body = 'toomanyrequests: You have reached your pull rate limit.';
    const { client, registry, repository } = await asked({}, 429, body);
    expect(await failureOf(client.getManifest(repository, '1'))).toMatchObject({ reason: 'quota' });
    expect(client.standing?.(registry.host)?.quota).toMatchObject({ remaining: 0, window: HOUR });
  });

  it('about speed slows us, and is no quota', async () => {
    const { client, registry, repository } = await asked({}, 429, 'Too Many Requests');
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      reason: 'throttled',
    });
    expect(client.standing?.(registry.host)).toEqual({ rate: expect.any(Number) });
  });

  it.each([
    [{ 'ratelimit-remaining': '0;w=60' }, '', true],
    [{ 'ratelimit-remaining': '1;w=60' }, '', false],
    [{}, 'You have reached your unauthenticated pull rate limit', true],
    [{}, 'toomanyrequests: retry-after: 880.092µs, allowed: 44000/minute', false],
  ])('%j with %j is about pulls: %j', (headers, body, expected) => {
    expect(isUsedUp(headers, body)).toBe(expected);
  });
});

describe('a registry that was refused too much', () => {
  it('is waited for before the next request, outside of its deadline', async () => {
    const { registry, repository } = await asked({}, 503, '');
    const waits: number[] = [];
    const sleep = async (duration: number) => void waits.push(duration);
    const client = lab.client({ now: () => NOW, sleep, limits: { headDeadline: 2_000 } });
    await failureOf(client.headManifest(repository, '1'));
    for (let n = 0; n < 3; n++) await failureOf(client.headManifest(repository, '1'));
    expect(registry.requests).toHaveLength(4);
    expect(waits.at(-1)).toBeGreaterThan(2_000);
  });

  it('is waited for by a process that heard of it from another', async () => {
    const { client: first, registry, repository } = await asked({}, 429, 'Too Many Requests');
    await failureOf(first.headManifest(repository, '1'));
    const standing = first.standing?.(registry.host);
    const waits: number[] = [];
    const second = lab.client({ now: () => NOW, sleep: async (ms) => void waits.push(ms) });
    second.resume?.(registry.host, standing ?? {});
    for (let n = 0; n < 2; n++) await failureOf(second.headManifest(repository, '1'));
    expect(waits.length).toBeGreaterThan(0);
  });
});
