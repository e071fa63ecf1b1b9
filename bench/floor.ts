/** The floor: a bare loop of undici HEADs over the same tags, and nothing else. */
import { Pool } from 'undici';
import { answer } from './child.ts';
import { CONCURRENCY, ROUNDS, repositoryOf, tagOf } from './fleet.ts';

await answer(async ([port, count]) => {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONCURRENCY });
  const rates = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await rateOf(pool, Number(count)));
  return { rates };
});

/** HEADs per second. */
async function rateOf(pool: Pool, count: number): Promise<number> {
  let next = 0;
  const work = async () => {
    while (next < count) {
      const tag = next++;
      const path = `/v2/${repositoryOf(tag)}/manifests/${tagOf(tag)}`;
      const { headers, body } = await pool.request({ method: 'HEAD', path, reset: false });
      await body.dump();
      if (headers['docker-content-digest'] === undefined) throw new Error(`no digest: ${path}`);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return (count / (performance.now() - started)) * 1000;
}
