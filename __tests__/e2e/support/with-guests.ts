import { spawnSync } from 'node:child_process'
import { describe as anyDescribe, test as anyTest } from '@jest/globals'

/** Real guests need Linux and root, or sudo without a password. */
export const hasGuests =
  process.platform === 'linux' && (process.getuid?.() === 0 || spawnSync('sudo', ['-n', 'true']).status === 0)

/** Tests whose bakes run scripts: skipped, and counted as such, where no real guest can run. */
export const describe: typeof anyDescribe | typeof anyDescribe.skip = hasGuests ? anyDescribe : anyDescribe.skip
export const test: typeof anyTest | typeof anyTest.skip = hasGuests ? anyTest : anyTest.skip
