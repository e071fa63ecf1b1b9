import { describe, expect, it } from '@jest/globals';
import { CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import { renderAlert } from '../../lambda/domain/alert.ts';
import type { DigestView, EventRecord, PolicyView } from '../../lambda/domain/event.ts';
import { MOVED, WATCH } from './alert/event.ts';
import { digest, present, recordOf, Watcher } from './drift/scenario.ts';

const render = (over: Partial<EventRecord> = {}) =>
  renderAlert({ ...MOVED, ...over }, { storeId: 'store-1' });
const change = (over: object) => [{ ...MOVED.changes[0], ...over }] as EventRecord['changes'];
const now = (over: Partial<DigestView>) => ({ now: { ...MOVED.now, signers: [], ...over } });
const requires = (over: Partial<PolicyView>) => ({
  watches: [{ ...WATCH, requires: { ...(WATCH.requires as PolicyView), ...over } }],
});
const commands = (text: string) => text.split('\n').filter((line) => line.includes('cosign '));
const OLD = digest('old');
const NEW = digest('new');

describe('when a move is shown on a terminal', () => {
  it('is one line', () => {
    expect(render().line).toBe(
      `03:12:31 critical tag.moved  ghcr.io/acme/app:1.4.2  ${OLD.slice(7, 15)}→${NEW.slice(7, 15)}  rejected`,
    );
  });

  it.each([
    [now({ verdict: 'inconclusive', reason: 'awaiting-signature' }), 'awaiting signature'],
    [now({ verdict: 'rejected', reason: 'other-signer' }), 'rejected (other signer)'],
    [{ changes: change({ rollback: true }) }, 'rejected (rollback)'],
    [{ state: 'closed', resolves: 'ghcr.io/acme/app:1.4.2#12' } as const, 'closes #12'],
  ])('ends with what matters %#', (over, end) => {
    expect(render(over).line.endsWith(`  ${end}`)).toBe(true);
  });

  it('names a digest once that is the old and the new one', () => {
    expect(render(now({ digest: OLD })).line).toContain(`  ${OLD.slice(7, 15)}  `);
  });

  it('says in words what is not about a digest', () => {
    const { now: _, ...gone } = MOVED;
    const event: EventRecord = {
      ...gone,
      kind: 'tag.missing',
      changes: [{ kind: 'tag.missing', severity: 'high', summary: 'no longer exists' }],
    };
    expect(renderAlert(event, { storeId: 's' }).line).toContain('  no longer exists');
    const failing = { kind: 'watch.failing', changes: change({ summary: 'has had no success' }) };
    expect(render(failing as Partial<EventRecord>).line).toContain('  has had no success');
  });

  it('says that it comes late', () => {
    const { line, text } = renderAlert(MOVED, {
      storeId: 's',
      supersededBy: 'ghcr.io/acme/app:1.4.2#18',
    });
    expect(line).toContain('superseded by #18');
    expect(text).toContain('Superseded by ghcr.io/acme/app:1.4.2#18');
  });
});

describe('when a move is mailed', () => {
  it('has a subject that says all', () => {
    expect(render().subject).toBe('[CRITICAL] ghcr.io/acme/app:1.4.2 moved, signature rejected');
    expect(render({ state: 'closed' }).subject).toMatch(/^\[CRITICAL, closed\] /);
  });

  it('keeps the end of a long name', () => {
    const subject = `registry.example/${'long/'.repeat(40)}app:1.4.2`;
    const shown = render({ subject }).subject;
    expect(shown.length).toBe(99);
    expect(shown).toContain('/app:1.4.2 moved, signature rejected');
  });

  it('tells everything in the order in which it is needed', () => {
    const { text } = render();
    expect(text).toBe(`CRITICAL: ghcr.io/acme/app:1.4.2 moved, signature rejected.

FIRST   Stop rollouts of this tag. Last verified image:
        docker pull ghcr.io/acme/app@${OLD}
WAS     ${OLD}  verified
        signer "https[:]//github.com/acme/app/.github/workflows/release.yml"
        signed 2026-03-01 10:00 UTC
NOW     ${NEW}  rejected: a signature that does not hold
        "signer evil@example.net, wanted https[:]//github.com/acme" (claimed)
        wanted ^https://github\\.com/acme/it's/.+$
WHEN    seen 2026-03-19 03:12 UTC, last seen unchanged 2026-03-19 03:07 UTC
CHANGE  content
        changed on linux/amd64, linux/arm64

CHECK   cosign verify --certificate-identity-regexp '^https://github\\.com/acme/it'\\''s/.+$' --certificate-oidc-issuer https://token.actions.githubusercontent.com ghcr.io/acme/app@${NEW}
WHERE   tagwarden where ${NEW}
DETAIL  tagwarden show 'ghcr.io/acme/app:1.4.2#17'
ACK     tagwarden ack 'ghcr.io/acme/app:1.4.2#17' --reason 'why it is fine'

Labels team=payments.
May repeat; drop by event id: store-1/ghcr.io/acme/app:1.4.2#17
`);
  });

  it('explains every other change', () => {
    const signers = [{ id: 'a', label: 'a@example.net' }];
    const { text } = render({
      changes: [
        ...change({
          platforms: { changed: [], added: ['linux/s390x'], removed: ['linux/386'] },
          rollback: true,
          olderSignature: true,
          manifestProblem: 'has a duplicate key',
        }),
        {
          kind: 'signature.signer-changed',
          severity: 'high',
          summary: 'is signed by nobody who signed the last verified image',
          signersFrom: signers,
          signersTo: signers,
        },
      ],
    });
    for (const line of [
      'Also: is signed by nobody who signed the last verified image.',
      'added linux/s390x',
      'removed linux/386',
      'back to an image that this tag pointed at before',
      'signed over a day before the newest verified image',
      'its manifest is refused: it has a duplicate key',
      'signer was "a@example.net"',
      'signer is "a@example.net"',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('shows each verdict where several policies watch', () => {
    const verdicts = [{ policyName: 'acme', policy: 'p', verdict: 'unsigned' as const }];
    const until = '2026-03-19T03:30:00.000Z';
    const { text } = render(now({ verdicts, proven: false, awaitedUntil: until }));
    expect(text).toContain('under acme: unsigned');
    expect(text).toContain('no bytes proved it');
    expect(text).toContain('final verdict by 2026-03-19 03:30 UTC');
  });

  it('says nothing that it does not know', () => {
    const { was, now, lastUnchanged, lastVerified, registry, repository, tag, ...rest } = MOVED;
    const { text } = renderAlert(
      { ...rest, subject: 'baseline:7', kind: 'baseline.taken', changes: [], watches: [] },
      { storeId: 's' },
    );
    expect(text).toContain('CRITICAL: baseline:7 baseline.taken.');
    expect(text).not.toMatch(/undefined|^(WAS|NOW|CHANGE|CHECK|WHERE|Labels)/m);
  });
});

describe('what to do first', () => {
  const first = (over: Partial<EventRecord>) =>
    /FIRST {3}(.+(?:\n {8}.+)*)/.exec(render(over).text)?.[1];
  const low = change({ severity: 'low' });
  const kind = (kind: EventRecord['kind']) => ({ kind, changes: change({ kind }) });

  it.each<[string, Partial<EventRecord>, string]>([
    ['nothing for good news', { severity: 'low', changes: low }, 'Nothing to do.'],
    [
      'nothing for an all-clear',
      { state: 'closed', resolves: 'x#1', changes: change({ resolves: 'x#1' }) },
      'Nothing to do: x#1 is closed.',
    ],
    ['a look at the registry', kind('watch.failing'), 'Find out why'],
    ['a question about the deletion', kind('tag.missing'), `docker pull ghcr.io/acme/app@${OLD}`],
    ['the same when access is lost', kind('tag.access-lost'), 'deleted on purpose'],
    ['a question about the signer', kind('signature.signer-changed'), 'this signer'],
    ['a question about a move to a good image', now({ verdict: 'verified' }), 'was intended'],
    ['the same where no signature is required', now({ verdict: 'not-required' }), 'was intended'],
    ['patience', now({ verdict: 'inconclusive', reason: 'awaiting-signature' }), 'Wait with'],
    ['the last good image', {}, `docker pull ghcr.io/acme/app@${OLD}`],
  ])('is %s', (_what, over, text) => {
    expect(first(over)).toContain(text);
  });

  it('is to stop when there is no good image to go back to', () => {
    const { lastVerified: _, ...event } = MOVED;
    expect(renderAlert(event, { storeId: 's' }).text).toContain('Stop rollouts of this tag until');
  });

  it('says why once', () => {
    const awaiting = now({ verdict: 'inconclusive', reason: 'awaiting-signature' });
    expect(render(awaiting).text).toContain(`${NEW}  awaiting signature\n`);
    const unsigned = now({ verdict: 'unsigned', reason: 'attestation-only' });
    expect(render(unsigned).text).toContain('unsigned: an attestation but no signature\n');
  });

  it('says nothing of a verdict that there is not', () => {
    const { verdict: _, ...view } = MOVED.now as DigestView;
    expect(render({ now: { ...view, signers: [] } }).text).toContain('no verdict yet');
  });

  it('names no image that it does not know', () => {
    const { was: _, ...event } = { ...MOVED, ...kind('tag.missing') };
    expect(renderAlert(event, { storeId: 's' }).text).not.toContain('docker pull');
  });

  it('is not "nothing" for a rollback that also closes an alarm', () => {
    const changes = [...change({ severity: 'medium' }), ...change({ resolves: 'x#1' })];
    expect(first({ state: 'closed', resolves: 'x#1', changes })).toContain('Stop rollouts');
  });
});

describe('the command that reproduces a verdict', () => {
  it('has every rule of the policy', () => {
    const { text } = render(
      requires({
        signedBy: [
          {
            kind: 'keyless',
            identity: { exact: 'me@example.com' },
            issuer: { regExp: '^https://idp' },
            workflow: { repository: 'acme/app' },
          },
          { kind: 'key', keyId: 'sha256:1', source: 'keys/acme.pub', digestAlgorithm: 'sha512' },
          {
            kind: 'key',
            keyId: 'sha256:2',
            source: '-----BEGIN PUBLIC KEY-----\nAA',
            digestAlgorithm: 'sha256',
          },
        ],
        attestations: ['https://slsa.dev/provenance/v1'],
        trustRoot: 'sha256:abc',
        unsafeIgnoreTransparencyLog: true,
        useSignedTimestamps: true,
        format: 'legacy',
        annotations: { env: 'it is prod' },
      }),
    );
    const rest = `--trusted-root trusted_root.json --insecure-ignore-tlog=true --use-signed-timestamps --new-bundle-format=false -a 'env=it is prod' ghcr.io/acme/app@${NEW}`;
    const keyless =
      "--certificate-identity me@example.com --certificate-oidc-issuer-regexp '^https://idp' --certificate-github-workflow-repository acme/app";
    const [verify, attestation, key, , inline] = commands(text).map((line) => line.slice(8));
    expect(verify).toBe(`cosign verify ${keyless} ${rest}`);
    expect(attestation).toBe(
      `cosign verify-attestation --type https://slsa.dev/provenance/v1 ${keyless} ${rest}`,
    );
    expect(key).toContain('--key keys/acme.pub --signature-digest-algorithm sha512 ');
    expect(inline).toContain('--key policy-key.pub --trusted-root');
    expect(text).toContain('wanted key sha256:1');
    const list = 'of the policy acme in the watch list)';
    expect(text).toContain(`(trusted_root.json: the trustRoot ${list}`);
    expect(text).toContain(`(policy-key.pub: the key ${list}`);
  });

  it('says of what was not verified that it is only claimed', () => {
    const signers = [{ id: 'a', label: 'a@example.net' }];
    const now = { verdict: 'inconclusive', signers, digest: NEW } as const;
    expect(render({ now }).text).toContain('signer "a@example.net" (claimed)');
  });

  it('is not offered when a value could act on a terminal', () => {
    const identity = { exact: 'me\u001b[2J@example.com' };
    const issuer = { exact: 'idp' };
    const { text } = render(requires({ signedBy: [{ kind: 'keyless', identity, issuer }] }));
    expect(commands(text)).toEqual([]);
  });

  it('is not made where no policy is known', () => {
    const { requires: _, ...watch } = WATCH;
    expect(commands(render({ watches: [watch] }).text)).toEqual([]);
  });

  it('never names the observed signer', () => {
    const signers = [{ id: 'evil', label: 'evil@example.net' }];
    const [command] = commands(render(now({ signers })).text);
    expect(command).not.toContain('evil');
  });
});

describe('when a machine is told', () => {
  it('gets a valid CloudEvent without what only the store needs', () => {
    const parsed = JSON.parse(render({ after: { v: 1 } as never }).cloudEvent);
    expect(new CloudEvent(parsed).validate()).toBe(true);
    expect(parsed).toMatchObject({
      specversion: '1.0',
      id: 'store-1/ghcr.io/acme/app:1.4.2#17',
      source: 'urn:tagwarden:store-1',
      type: 'dev.tagwarden.tag.moved.v1',
      subject: 'ghcr.io/acme/app:1.4.2',
      time: MOVED.at,
      datacontenttype: 'application/json',
      data: {
        seq: 17,
        severity: 'critical',
        state: 'open',
        changes: MOVED.changes,
        now: MOVED.now,
      },
    });
    expect(Object.keys(parsed.data)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(after|commitId|sightings)$/)]),
    );
  });

  it('gets the same text for the same event', () => {
    expect(render().cloudEvent).toBe(render().cloudEvent);
  });

  it('is told what came before it', () => {
    const { cloudEvent } = renderAlert(MOVED, { storeId: 's', supersededBy: 'x#18' });
    expect(JSON.parse(cloudEvent).data.supersededBy).toBe('x#18');
  });

  it('can filter by attributes', () => {
    expect(render().attributes).toEqual({
      kind: 'tag.moved',
      severity: 'critical',
      state: 'open',
      registry: 'ghcr.io',
      repository: 'acme/app',
      verdict: 'rejected',
      labels: ['team=payments'],
    });
  });

  it('gets no empty attribute', () => {
    const { now, registry, repository, ...event } = MOVED;
    const { attributes } = renderAlert({ ...event, watches: [] }, { storeId: 's' });
    expect(attributes).toEqual({ kind: 'tag.moved', severity: 'critical', state: 'open' });
  });
});

describe('whatever a registry says', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 300 });
  const hostile = fc.record({
    subject: anyText,
    label: anyText,
    detail: anyText,
    platform: anyText,
  });

  it('cannot act on a terminal, a mail program or a filter', () => {
    fc.assert(
      fc.property(hostile, ({ subject, label, detail, platform }) => {
        const signers = [{ id: label, label }];
        const message = render({
          subject: `x${subject}`,
          ...now({ detail, signers }),
          changes: change({
            summary: detail,
            platforms: { changed: [platform], added: [], removed: [] },
          }),
        });
        expect(message.subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(message.line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(message.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(message.cloudEvent).toMatch(/^[\x20-\x7e]+$/);
        expect(new CloudEvent(JSON.parse(message.cloudEvent)).validate()).toBe(true);
      }),
    );
  });

  it('adds no line to the mail', () => {
    const lines = (text: string) => text.split('\n').length;
    const forged = 'x\n\nFIRST   Nothing to do.\n';
    const honest = render(now({ detail: 'x', signers: [{ id: 'x', label: 'x' }] }));
    const hostile = render(now({ detail: forged, signers: [{ id: 'x', label: forged }] }));
    expect(lines(hostile.text)).toBe(lines(honest.text));
  });
});

describe('when the story of a tag is told', () => {
  it('reads as it happened', () => {
    const watcher = new Watcher();
    const minute = 60_000;
    watcher.see(0, present('a', 'verified'));
    watcher.see(minute, present('b', 'unsigned'));
    watcher.see(minute, present('b', 'verified'));
    watcher.see(minute, present('c', 'broken'));
    watcher.see(minute, present('a', 'verified'));
    const lines = watcher.events.map(
      (event) => renderAlert(recordOf(event), { storeId: 's' }).line,
    );
    expect(lines.map((line) => line.replaceAll(/\s+[0-9a-f→]{8,}/g, '').slice(9))).toEqual([
      'info     tag.first-seen  registry.example/shop/api:1.4  verified',
      'medium   tag.moved  registry.example/shop/api:1.4  awaiting signature',
      'medium   signature.gained  registry.example/shop/api:1.4  verified  closes #2',
      'critical tag.moved  registry.example/shop/api:1.4  rejected',
      'critical tag.moved  registry.example/shop/api:1.4  verified (rollback)  closes #4',
    ]);
  });
});
