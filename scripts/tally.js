/** A closing line that machines can count: a suite that could not load is one failure, not nothing. */
export default class Tally {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const failed = numFailedTests + numRuntimeErrorTestSuites
    console.log(`Tests: ${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`)
  }
}
