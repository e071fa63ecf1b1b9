import { describe, expect, it } from '@jest/globals';
import { RegistryTrouble } from '../../bin/registry-trouble.ts';
import type { Registry } from '../../lambda/application/ports.ts';

function heard(): { registry: Registry; lines: string[]; answers: Set<string> } {
  const lines: string[] = [];
  const answers = new Set<string>();
  const listTags: Registry['listTags'] = async ({ registry }) => {
    if (answers.has(registry)) return { kind: 'found', tags: [], complete: true };
    throw Object.assign(new Error(`connect to ${registry}`), { reason: 'unreachable' });
  };
  const trouble = new RegistryTrouble((line) => lines.push(line));
  return { registry: trouble.hear({ listTags } as Registry), lines, answers };
}

async function ask(registry: Registry, host: string): Promise<void> {
  await registry.listTags({ registry: host, repository: 'a/b' }).catch(() => undefined);
}

describe('trouble with registries', () => {
  it('is told once, until the registry answers again', async () => {
    const { registry, lines, answers } = heard();
    await ask(registry, 'a.example');
    await ask(registry, 'a.example');
    expect(lines).toEqual(['unreachable: a.example: connect to a.example']);
    answers.add('a.example');
    await ask(registry, 'a.example');
    answers.clear();
    await ask(registry, 'a.example');
    expect(lines).toHaveLength(2);
  });

  it('is told of five, and that there are more', async () => {
    const { registry, lines } = heard();
    for (let n = 0; n < 8; n++) await ask(registry, `r${n}.example`);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe('… and more: tagwarden status --inconclusive');
  });

  it('stays a failure for whoever asked', async () => {
    const { registry } = heard();
    const asked = registry.listTags({ registry: 'a.example', repository: 'a/b' });
    await expect(asked).rejects.toMatchObject({ reason: 'unreachable' });
  });
});
