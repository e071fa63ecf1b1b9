import { showEvent } from '../../lambda/application/history.ts';
import { eventView } from '../../lambda/application/views.ts';
import { renderAlert } from '../../lambda/domain/alert.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printableLines } from '../printable.ts';
import { readEventId } from '../references.ts';
import { withStoreToRead } from '../with-store.ts';

export async function show(cli: Cli, id: string): Promise<ExitCode> {
  const { subject, seq } = readEventId(id);
  return withStoreToRead(cli, async ({ store }) => {
    const event = await showEvent(store, subject, seq);
    if (event === undefined) throw new CliError(EXIT.no, `no event ${subject}#${seq}`);
    const storeId = await store.id();
    cli.output.result(eventView(event, storeId), () =>
      printableLines(renderAlert(event, { storeId }).text).trimEnd(),
    );
    return EXIT.done;
  });
}
