import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CheckRow, checkWatchlist } from '../../lambda/application/check.ts';
import { pushImage } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

let world: World;
beforeEach(async () => {
  world = await World.start({ deadline: 300 });
  for (const tag of ['1', 'v1', 'v2']) {
    pushImage(world.registry, 'shop/api', tag, { content: tag });
  }
});
afterEach(() => world.close());

const KEYLESS = `policies: {acme: {signedBy: [{identity: a@example.com, issuer: "https://i.example"}]}}`;
const DENIED = JSON.stringify({ errors: [{ code: 'DENIED', message: 'no' }] });

async function check(yaml: string, signal?: AbortSignal): Promise<CheckRow[]> {
  const options = { concurrency: 3, ...(signal === undefined ? {} : { signal }) };
  const rows = await Array.fromAsync(checkWatchlist(world.deps, world.compile(yaml), options));
  return rows.sort((a, b) => (a.tagKey < b.tagKey ? -1 : 1));
}
const nameOf = ({ tagKey }: CheckRow) => tagKey.split('/').slice(1).join('/');

describe('when a watch list is checked', () => {
  it('resolves every tag, explicit and of filters, and stores nothing', async () => {
    const rows = await check(`watch:
  - {image: HOST/shop/api:1, policy: none}
  - {image: HOST/shop/api, tags: {glob: ["v*"]}, policy: none}`);
    expect(rows.map(nameOf)).toEqual(['shop/api:1', 'shop/api:v1', 'shop/api:v2']);
    for (const row of rows) expect(row).toMatchObject({ outcome: 'resolved', verifications: [] });
    expect(world.database.faults.counts).toEqual({});
  });

  it('says not found, denied and inconclusive, and why', async () => {
    world.registry.faults.add({ path: /private/, status: 403, body: DENIED });
    world.registry.faults.add({ path: /broken/, status: 500 });
    world.registry.faults.add({ path: /proxied/, status: 404, body: '<html>' });
    const images = ['api:nope', 'private:1', 'broken:1', 'proxied:1'];
    const rows = await check(
      `watch: [{images: [${images.map((i) => `"HOST/shop/${i}"`).join(', ')}], policy: none}]`,
    );
    expect(Object.fromEntries(rows.map((row) => [nameOf(row), row.outcome]))).toEqual({
      'shop/api:nope': 'not found',
      'shop/private:1': 'denied',
      'shop/broken:1': 'inconclusive',
      'shop/proxied:1': 'inconclusive',
    });
    expect(rows.every(({ detail }) => detail !== undefined && detail !== '')).toBe(true);
  });

  it.each([
    [{ status: 500 }, 'inconclusive'],
    [{ status: 403, body: DENIED }, 'denied'],
    [{ status: 404, body: JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN' }] }) }, 'not found'],
  ])('says of a filter that cannot be listed (%j): %s', async (fault, outcome) => {
    world.registry.faults.add({ path: '/v2/shop/api/tags/list', ...fault });
    const rows = await check('watch: [{image: HOST/shop/api, tags: {glob: ["v*"]}, policy: none}]');
    expect(rows.map((row) => [nameOf(row), row.outcome])).toEqual([['shop/api', outcome]]);
  });

  it('verifies what has a policy', async () => {
    const [row] = await check(`${KEYLESS}\nwatch: [{image: HOST/shop/api:1, policy: acme}]`);
    expect(row).toMatchObject({ outcome: 'resolved', verifications: [{ verdict: 'unsigned' }] });
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const checked = check('watch: [{image: HOST/shop/api:1, policy: none}]', signal);
    await expect(checked).rejects.toThrow('enough');
  });
});
