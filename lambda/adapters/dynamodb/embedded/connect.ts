import { setTimeout as pause } from 'node:timers/promises';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KEY } from '../../../contract/table-schema.ts';
import { StoreError } from '../errors.ts';
import { keyOf } from '../item.ts';
import { clientOf } from './client.ts';
import { DataDir } from './data-dir.ts';
import { EMBEDDED_TABLE, type Embedded, embedded, openEmbedded } from './open.ts';

/** How long a process that has the database open may take to say so, or to answer. */
const PATIENCE = 5_000;
const STEP = 50;

/**
 * Talks to the process that has the store open, or opens it here if there is none.
 *
 * @throws {StoreError} `IN_USE` when a process has it open and does not answer; as `openEmbedded`
 */
export async function connectOrOpen(options: { readonly dataDir: string }): Promise<Embedded> {
  const dataDir = new DataDir(options.dataDir);
  await dataDir.prepare();
  for (let attempt = 0; ; attempt++) {
    const found = await connect(dataDir);
    if (found !== undefined) return found;
    try {
      return await openEmbedded(options);
    } catch (thrown) {
      // Between opening the database and announcing its port, or between withdrawing and closing.
      const busy = thrown instanceof StoreError && thrown.code === 'IN_USE';
      if (!busy) throw thrown;
      if (attempt * STEP >= PATIENCE) throw await stuck(dataDir, thrown);
    }
    await pause(STEP);
  }
}

/** Undefined when nobody answers on that port, or not the process that wrote `store.json`. */
async function connect(dataDir: DataDir): Promise<Embedded | undefined> {
  const running = await dataDir.running();
  if (running === undefined) return undefined;
  const { pid, port } = running;
  const whyGone = () =>
    `the process ${pid}, which had the store open, is gone: run the command again`;
  const client = clientOf({ port, access: running, whyGone });
  try {
    const anything = new GetItemCommand({ TableName: EMBEDDED_TABLE, Key: keyOf(KEY.store) });
    await client.send(anything, { abortSignal: AbortSignal.timeout(PATIENCE) });
  } catch {
    client.destroy();
    return undefined;
  }
  return embedded({ client, port, owner: false, close: async () => client.destroy() });
}

async function stuck(dataDir: DataDir, cause: StoreError): Promise<StoreError> {
  const { pid } = (await dataDir.running()) ?? {};
  const who = pid === undefined ? 'another process' : `the process ${pid}`;
  return new StoreError('IN_USE', `${who} has the store open and does not answer`, cause);
}
