/** A closing line that machines can count: a suite that could not load is one failure, not nothing. */
export default class Tally {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const failed = numFailedTests + numRuntimeErrorTestSuites
    const line = `Tests: ${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`
    // Jest adds its own summary after all reporters.
    process.once('exit', () => console.log(line))
  }
}
