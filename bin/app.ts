import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { formatProblems } from '../lambda/domain/watchlist/index.ts';
import { TagwardenStack } from '../lib/tagwarden-stack.ts';
import { CliError } from './cli-error.ts';
import { type DeploymentSettings, readSettings } from './deployment/settings.ts';
import { EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';
import { countOf, readWatchlist, type WatchlistFile } from './watchlist-file.ts';

/*
 * The entry of the CDK. Whatever is wrong with the settings or the watch list ends it here, before
 * the CDK has anything to deploy.
 */

const app = new App();
const settings = settingsOf(app);
if (settings.watchlist !== undefined) watchlistOf(settings.watchlist);
new TagwardenStack(app, settings.stackName);
app.synth();

function settingsOf({ node }: App): DeploymentSettings {
  const result = readSettings(node.getAllContext());
  if (result.ok) return result.settings;
  return end(EXIT.invalidFile, [...result.problems, 'nothing was deployed']);
}

function watchlistOf(file: string): WatchlistFile & { readonly ok: true } {
  try {
    const read = readWatchlist({ path: (...parts) => resolve(...parts) }, file);
    if (read.ok) return read;
    const { problems } = read;
    const lines = formatProblems(problems, file);
    return end(EXIT.invalidFile, [
      ...lines,
      `${countOf(problems)} in ${file}: nothing was deployed`,
    ]);
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    return end(thrown.exit, [
      `cannot read the watch list ${file}: write one (README.md, "Watch your tags"), or name it:`,
      '  "context": {"tagwarden": {"watchlist": "FILE"}} in cdk.json, or -c watchlist=FILE',
    ]);
  }
}

function end(exit: number, lines: readonly string[]): never {
  for (const line of lines) console.error(printable(line));
  process.exit(exit);
}
