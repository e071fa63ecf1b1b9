import { describe, expect, it } from '@jest/globals';
import { ociError, selfSigned } from '../../support/registry/index.ts';
import { failureOf, Lab } from './lab.ts';

const lab = new Lab();

describe('when a registry has TLS', () => {
  const good = selfSigned();

  it('takes its certificate from the authority that is named for it', async () => {
    const { repository, client } = await lab.serving({ tls: good }, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: good.cert }],
    }));
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
  });

  it.each([
    ['signed by nobody known', good, selfSigned().cert],
    ['for another name', selfSigned({ dnsName: 'other.example' }), undefined],
    ['over', selfSigned({ notAfter: new Date(Date.now() - 86_400_000) }), undefined],
  ])('refuses a certificate that is %s', async (_name, tls, ca) => {
    const { repository, client } = await lab.serving({ tls }, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: ca ?? tls.cert }],
    }));
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      code: 'TLS',
      reason: 'tls',
    });
  });

  it('takes any certificate where the user says so, and only there', async () => {
    const first = await lab.serving({ tls: good });
    const second = await lab.serving({ tls: good });
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

  it('does not share a connection with a registry whose certificate is not checked', async () => {
    const lenient = await lab.serving({ tls: selfSigned() });
    const sender = await lab.serving({ tls: good });
    const client = lab.client({
      allowInsecureTls: [lenient.registry.host],
      settings: [
        { host: sender.registry.host, allowPrivate: false, plainHttp: false, ca: good.cert },
      ],
    });
    expect(await client.headManifest(lenient.repository, '1')).toMatchObject({ kind: 'found' });
    // The other registry leads to that very origin: what was allowed there was allowed to the user.
    const location = `${lenient.registry.origin}/v2/acme/app/manifests/1`;
    sender.registry.faults.add({ answer: { status: 307, headers: { location }, body: '' } });
    const before = lenient.registry.requests.length;
    expect(await failureOf(client.headManifest(sender.repository, '1'))).toMatchObject({
      code: 'TLS',
    });
    expect(lenient.registry.requests).toHaveLength(before);
  });

  it('does not fall back to plain HTTP', async () => {
    const { registry, repository, client } = await lab.serving({}, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: good.cert }],
    }));
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({ code: 'TLS' });
    expect(registry.requests).toEqual([]);
  });

  it('asks no token server without TLS', async () => {
    const victim = await lab.listener();
    const { registry, repository, client } = await lab.serving({ tls: good }, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: good.cert }],
    }));
    const challenge = `Bearer realm="http://127.0.0.1:${victim.port}/token"`;
    registry.faults.add({ answer: ociError(401, 'X', '', { 'www-authenticate': challenge }) });
    const failure = await failureOf(client.headManifest(repository, '1'));
    expect(failure).toMatchObject({ code: 'REALM_FORBIDDEN', reason: 'bad-token' });
    expect(failure.message).toContain('without TLS');
    expect(victim.connections).toBe(0);
  });

  it('follows no redirect to plain HTTP, not even to itself', async () => {
    const victim = await lab.listener();
    const { registry, repository, client } = await lab.serving({ tls: good }, (host) => ({
      settings: [{ host, allowPrivate: false, plainHttp: false, ca: good.cert }],
    }));
    const targets = [`http://127.0.0.1:${victim.port}/x`, `http://${registry.host}/x`];
    for (const location of targets) {
      registry.faults.add({ times: 1, answer: { status: 307, headers: { location }, body: '' } });
      expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
        code: 'REDIRECT_FORBIDDEN',
        reason: 'protocol',
      });
    }
    expect(victim.connections).toBe(0);
    expect(registry.requests).toHaveLength(2);
  });

  it('keeps its connections', async () => {
    const { registry, repository, client } = await lab.serving({ tls: good }, (host) => ({
      allowInsecureTls: [host],
    }));
    for (let n = 0; n < 20; n += 1) await client.headManifest(repository, '1');
    expect(registry.connections).toBeLessThanOrEqual(2);
  });
});
