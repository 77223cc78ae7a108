import type { BootRequest, Guest, RunRequest, RunResult } from '../../../src/sandbox/guests/guests.ts'
import { HandGuests } from '../../support/hand-guests.ts'

type Script = (request: RunRequest, boot: BootRequest) => Promise<RunResult>

export const passed: RunResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false }

/** Guests whose scripts do what the test says, by instance; each comes back after a reboot as a guest of its own. */
export class ScriptGuests extends HandGuests {
  readonly scripts = new Map<string, Script>()

  override async boot(boot: BootRequest): Promise<Guest> {
    const guest = await super.boot(boot)
    return {
      ...guest,
      run: async request => (await this.scripts.get(boot.id)?.(request, boot)) ?? passed,
      reboot: async () => boot.onEnd('reboot')
    }
  }
}

/** Settles when the script is killed. */
export const untilKilled = ({ signal }: RunRequest): Promise<RunResult> =>
  new Promise(resolve =>
    signal?.addEventListener('abort', () => resolve({ ...passed, exitCode: 137, stdout: 'begun\n' }))
  )
