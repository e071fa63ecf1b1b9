/** The floor: a bare loop of undici HEADs over the same tags, and nothing else. */
import { Pool } from 'undici';
import { onDemand } from './child.ts';
import { CONCURRENCY, repositoryOf, tagOf } from './fleet.ts';

const [port, count] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONCURRENCY });
await onDemand(() => rateOf(count ?? 0));
await pool.close();

/** HEADs per second. */
async function rateOf(count: number): Promise<number> {
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
