/**
 * Ends a run with one line that a script can read: `N passed, N failed`. A file that could not run counts as failed.
 * Printed at exit, because Jest's own summary comes after every reporter.
 */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`;
    process.once('exit', () => console.log(line));
  }
};
