// Prints `tests: N passed, N failed[, N skipped]` of the Jest results (JSON files) before `--` and the
// failed steps after it. Exits with 1 when anything failed or when a suite ran no test at all.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const [, , ...args] = process.argv;
const files = args.slice(0, args.indexOf('--'));
const failedSteps = args.slice(args.indexOf('--') + 1);
const totals = { passed: 0, failed: 0, skipped: 0 };

for (const file of files) {
  const suite = basename(file, '.json');
  const found = resultsOf(file);
  totals.passed += found.passed;
  totals.failed += found.failed;
  totals.skipped += found.skipped;
  if (found.passed + found.failed + found.skipped === 0) fail(`${suite}: no test ran`);
  else if (found.failed === 0 && failedSteps.includes(suite)) fail(`${suite}: ended in an error`);
  if (found.skipped > 0) {
    say(`${suite}: ${found.skipped} tests were SKIPPED, not passed: see above for what they need`);
  }
}
for (const step of ['lint', 'types']) if (failedSteps.includes(step)) fail(`${step}: failed`);

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
say(`tests: ${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(why) {
  say(why);
  totals.failed += 1;
}

/** A test file that could not even be loaded is one failure. */
function resultsOf(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}
