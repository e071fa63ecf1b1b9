import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shell } from '../support.ts';

const LIST = `version: 1
defaults: {policy: none, every: 5m}
watch:
  - images: [alpine:edge, nginx:1.27]
  - {image: ghcr.io/acme/app, tags: {semver: ">=1", max: 250}}
  - {image: "public.ecr.aws/a/b:1", every: 24h}
`;

interface Estimate {
  readonly usd: number;
  readonly tags: number;
  readonly lines: readonly { group: string; quantity: number; unitPrice: number; usd: number }[];
  readonly lanes: readonly { lane: string; tags: number; perSecond: number; load: number }[];
}

const shell = new Shell();
beforeAll(() => writeFileSync(join(shell.folder, 'watchlist.yaml'), LIST));
afterAll(() => shell.remove());

describe('an estimate', () => {
  it('has lines with the prices that they are made of, and adds up', async () => {
    const { lines, usd, tags, lanes } = await shell.json<Estimate>('estimate');
    expect(tags).toBe(253);
    expect(lanes).toMatchObject([
      { lane: 'docker.io', tags: 2, perSecond: 30 },
      { lane: 'ghcr.io', tags: 250, perSecond: 700 },
      { lane: 'public.ecr.aws', tags: 1, perSecond: 1 },
    ]);
    for (const line of lines) expect(line.usd).toBeCloseTo(line.quantity * line.unitPrice);
    expect(lines.reduce((sum, line) => sum + line.usd, 0)).toBeCloseTo(usd);
    expect(new Set(lines.map(({ group }) => group))).toEqual(
      new Set(['fixed', 'checks', 'changes']),
    );
  });

  it('is shown with sums, the date of the prices, and what is not in it', async () => {
    const { exit, stdout, stderr } = await shell.run('estimate');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^Fixed: .*\nWHAT +QUANTITY +PRICE +USD\nalarms +20 /);
    expect(stdout).toMatch(/\n\d+\.\d\d USD a month for 253 tags and [\d,]+ checks\n$/);
    expect(stderr).toContain('prices: us-east-1, on-demand list prices of 2026-');
    expect(stderr).not.toContain('warning');
  });

  it('warns of a registry that does not take so many requests', async () => {
    const images = Array.from({ length: 400 }, (_, n) => `public.ecr.aws/a/b:${n}`);
    const list = `version: 1\nwatch: [{images: [${images.join(', ')}], policy: none, every: 5m}]\n`;
    writeFileSync(join(shell.folder, 'many.yaml'), list);
    const { stderr } = await shell.run('estimate -f many.yaml');
    expect(stderr).toContain('warning: public.ecr.aws does not take so many requests');
  });

  it('needs a valid watch list', async () => {
    writeFileSync(join(shell.folder, 'bad.yaml'), 'version: 2\n');
    expect((await shell.run('estimate -f bad.yaml')).exit).toBe(65);
    expect((await shell.run('estimate -f nope.yaml')).exit).toBe(66);
  });
});
