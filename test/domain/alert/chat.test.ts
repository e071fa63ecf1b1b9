import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderAlert } from '../../../lambda/domain/alert.ts';
import type { EventRecord } from '../../../lambda/domain/event.ts';
import { digest } from '../drift/scenario.ts';
import { MOVED, WATCH } from './event.ts';

interface Notification {
  readonly version: string;
  readonly source: string;
  readonly id: string;
  readonly content: {
    readonly textType: string;
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
  };
  readonly metadata: Record<string, unknown> & { readonly threadId: string };
}

function chatOf(over: Partial<EventRecord> = {}, supersededBy?: string): Notification {
  const context = { storeId: 'store-1', ...(supersededBy === undefined ? {} : { supersededBy }) };
  return JSON.parse(renderAlert({ ...MOVED, ...over }, context).chat);
}

/** Everything that the channel shows. */
function shown({ content, metadata }: Notification): string {
  const { title, description, nextSteps } = content;
  return [title, description, ...nextSteps, metadata.summary].join('\n');
}

const summary = (text: string) =>
  [{ ...MOVED.changes[0], summary: text }] as EventRecord['changes'];

describe('when an alert goes to a chat channel', () => {
  it('has the form of a custom notification of Amazon Q Developer', () => {
    expect(chatOf()).toMatchObject({
      version: '1.0',
      source: 'custom',
      id: 'store-1/ghcr.io/acme/app:1.4.2#17',
      content: { textType: 'client-markdown' },
      metadata: {
        eventType: 'dev.tagwarden.tag.moved.v1',
        additionalContext: { kind: 'tag.moved', severity: 'critical', state: 'open' },
      },
    });
  });

  it('says first how bad it is, and what happened to which tag', () => {
    expect(chatOf().content.title).toBe(
      '🔴 CRITICAL · `ghcr.io/acme/app:1.4.2` moved, signature rejected',
    );
    const closed = { state: 'closed', resolves: 'x#1' } as const;
    expect(chatOf(closed).content.title).toMatch(/^🟢 CLOSED CRITICAL · /);
  });

  it('shows both digests with their verdicts, when, and how to read on', () => {
    const { description } = chatOf().content;
    const [views = '', ...rest] = description.split('\n');
    const was = digest('old').slice(7, 19);
    const now = digest('new').slice(7, 19);
    expect(views).toMatch(new RegExp(`^\`${was}…\` verified \\(\`.+\`\\) → \`${now}…\` rejected$`));
    expect(rest).toContain('changed on linux/amd64, linux/arm64');
    expect(rest).toContain('seen 2026-03-19 03:12 UTC, last seen unchanged 2026-03-19 03:07 UTC');
    expect(rest).toContain('Labels `team=payments`');
    expect(rest.at(-1)).toBe("`tagwarden show 'ghcr.io/acme/app:1.4.2#17'`");
  });

  it('says what to do, with a command that can be copied', () => {
    expect(chatOf().content.nextSteps).toEqual([
      'Stop rollouts of this tag. Last verified image:',
      `\`docker pull ghcr.io/acme/app@${digest('old')}\``,
    ]);
  });

  it('marks the signer of what is not verified as claimed', () => {
    const signers = [{ id: 'x', label: 'evil@example.net' }];
    const now = { ...MOVED.now, signers };
    expect(chatOf({ now }).content.description).toContain('(`evil[@]example.net` claimed)');
  });

  it('says that it comes late', () => {
    expect(chatOf({}, 'ghcr.io/acme/app:1.4.2#18').content.description).toMatch(
      /^Superseded by `ghcr\.io\/acme\/app:1\.4\.2#18`\./,
    );
  });

  it('keeps all of one tag in one thread, and no two tags', () => {
    const threads = [
      chatOf(),
      chatOf({ seq: 18, kind: 'tag.missing' }),
      chatOf({ subject: 'ghcr.io/acme/app:1.4.3' }),
    ].map(({ metadata }) => metadata.threadId);
    expect(threads[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(threads[1]).toBe(threads[0]);
    expect(threads[2]).not.toBe(threads[0]);
  });
});

describe('when a registry says something that acts in a channel', () => {
  /** Who wrote it controls: labels, identities, details, platforms, and in part a summary. */
  const withText = (text: string) =>
    chatOf({
      subject: `ghcr.io/acme/app:${text}`,
      changes: [
        { ...summary(text)[0], platforms: { changed: [text], added: [], removed: [] } },
        { kind: 'tag.moved', severity: 'low', summary: text },
      ] as EventRecord['changes'],
      now: { ...MOVED.now, signers: [{ id: 'x', label: text }] },
      watches: [{ ...WATCH, labels: [text] }],
    });

  it.each([
    ['a mention of everybody', '<!channel>', '<!channel>'],
    ['a mention by name', '@here', '@here'],
    ['a link of Slack', '<https://evil.example|update>', '<https'],
    ['a link of Markdown', '[update](https://evil.example)', ']('],
    ['a URL', 'https://evil.example', '://'],
    ['a host that becomes a link', 'www.evil.example', 'www.'],
    ['an entity', '&lt;!here&gt;', '&lt;'],
    ['another line', 'a\nCRITICAL: all good', '\nCRITICAL'],
    ['another direction of reading', 'a\u202eb', '\u202e'],
  ])('shows %s without letting it act', (_what, text, active) => {
    expect(shown(withText(text))).not.toContain(active);
  });

  it.each([
    ['the end of the code around it', 'a`*bold*`b'],
    ['emphasis', '*bold*'],
    ['an emoji', ':tada:'],
    ['a host name', 'evil.example/path'],
  ])('keeps %s within code', (_what, text) => {
    const outside = shown(withText(text)).replace(/`[^`\n]*`/g, '');
    expect(outside).not.toMatch(/\*|:tada:|evil\.example|`/);
  });

  it('stays within what Amazon Q takes, whatever it is given', () => {
    const any = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(any, (text) => {
        const notification = withText(text.repeat(3));
        const { content } = notification;
        expect(content.title.length).toBeLessThanOrEqual(250);
        expect(content.description.length).toBeLessThanOrEqual(3_000);
        expect(shown(notification)).not.toMatch(/[<>&]|@(?!sha)/);
      }),
      { numRuns: 100 },
    );
  });
});
