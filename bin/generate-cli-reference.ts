// `npm run docs`: writes docs/cli.md from the code; a test fails while it is stale.
import { writeFileSync } from 'node:fs';
import { cliReference } from './cli-reference.ts';

writeFileSync(new URL('../docs/cli.md', import.meta.url), cliReference());
