import { App } from 'aws-cdk-lib';
import type { CompiledWatchlist } from '../lambda/domain/watch.ts';
import { TagwardenStack } from '../lib/tagwarden-stack.ts';
import { CliError } from './cli-error.ts';
import { readSettings } from './deployment/settings.ts';
import { scheduleProblem, stackPropsOf } from './deployment/stack-props.ts';
import { deployed, readForDeployment } from './deployment/watchlist.ts';
import { EXIT } from './exit-codes.ts';
import { printableLines } from './printable.ts';

/*
 * The entry of the CDK. Whatever is wrong with the settings or the watch list ends it here, before
 * the CDK has anything to deploy.
 */

const app = new App();
try {
  await build(app);
} catch (thrown) {
  if (!(thrown instanceof CliError)) throw thrown;
  console.error(printableLines(thrown.message));
  process.exit(thrown.exit);
}
app.synth();

/** @throws {CliError} for what the user has to mend */
async function build({ node, outdir }: App): Promise<void> {
  const result = readSettings(node.getAllContext());
  if (!result.ok) fail([...result.problems, 'nothing was deployed']);
  const { settings } = result;
  const list = settings.watchlist === undefined ? undefined : await listOf(settings.watchlist);
  const problem = list && scheduleProblem(settings, list);
  if (problem !== undefined) fail([problem, 'nothing was deployed']);
  new TagwardenStack(app, settings.stackName, {
    ...stackPropsOf(settings, list && deployed(list, outdir)),
    // Only to look up a network that exists must the account be known.
    ...(settings.vpc?.startsWith('vpc-') && { env: accountOf(process.env) }),
  });
}

async function listOf(file: string): Promise<CompiledWatchlist> {
  try {
    return await readForDeployment(file);
  } catch (thrown) {
    if (!(thrown instanceof CliError) || thrown.exit !== EXIT.missingFile) throw thrown;
    throw new CliError(
      EXIT.missingFile,
      `cannot read the watch list ${file}: write one (README.md, "Watch your tags"), or name it:
  "context": {"tagwarden": {"watchlist": "FILE"}} in cdk.json, or -c watchlist=FILE`,
    );
  }
}

/** What the CDK found out from the credentials. */
function accountOf(env: Readonly<Record<string, string | undefined>>) {
  const { CDK_DEFAULT_ACCOUNT: account = '', CDK_DEFAULT_REGION: region = '' } = env;
  return { account, region };
}

function fail(lines: readonly string[]): never {
  throw new CliError(EXIT.invalidFile, lines.join('\n'));
}
