import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { newAccess } from './access.ts';
import { DataDir } from './data-dir.ts';
import { DatabaseThread } from './thread.ts';
import { clientOfThread } from './thread-client.ts';

/** The only table of the embedded database. */
export const EMBEDDED_TABLE = 'tagwarden';

export interface Embedded {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** True when this process has the database open, false when it talks to the one that has. */
  readonly owner: boolean;
  /** Resolves when everything is on the disk and the next process may open it. */
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder of the store. @default in memory */
  readonly dataDir?: string | undefined;
}

/**
 * Opens the embedded database in a thread of this process.
 *
 * @throws {StoreError} `IN_USE` when another process has it open; `UNSAFE` when the folder is not
 * safe; `FULL`
 */
export async function openEmbedded(options: EmbeddedOptions = {}): Promise<Embedded> {
  const dataDir = options.dataDir === undefined ? undefined : new DataDir(options.dataDir);
  await dataDir?.prepare();
  const access = newAccess();
  const thread = await DatabaseThread.start({
    tableName: EMBEDDED_TABLE,
    access,
    ...(dataDir && { path: dataDir.database }),
  });
  const { port } = thread;
  const client = clientOfThread(thread);
  const close = async () => {
    client.destroy();
    await dataDir?.withdraw();
    await thread.stop();
  };
  try {
    await dataDir?.announce({ v: 1, pid: process.pid, port, ...access });
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return embedded({ client, port, owner: true, close: once(close) });
}

export function embedded(
  opened: Pick<Embedded, 'client' | 'owner' | 'close'> & { port: number },
): Embedded {
  const { port, ...rest } = opened;
  return { ...rest, endpoint: `http://127.0.0.1:${port}`, tableName: EMBEDDED_TABLE };
}

function once(run: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}
