const { existsSync, readFileSync, writeFileSync, writeSync } = require('node:fs');

/**
 * Ends a run with one line that a script can read: `N passed, N failed`. A file that could not run counts as failed.
 * Printed at exit, because Jest's own summary comes after every reporter. With TEST_TALLY, the path of a file, several
 * runs are counted together: each prints the sum so far.
 */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const before = readTally();
    const passed = before.passed + numPassedTests;
    const failed = before.failed + numFailedTests + numRuntimeErrorTestSuites;
    if (process.env.TEST_TALLY) writeFileSync(process.env.TEST_TALLY, JSON.stringify({ passed, failed }));
    // Past process.stdout, which Jest silences when it forces the exit.
    process.once('exit', () => writeSync(1, `${passed} passed, ${failed} failed\n`));
  }
};

function readTally() {
  const file = process.env.TEST_TALLY;
  return file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0 };
}
