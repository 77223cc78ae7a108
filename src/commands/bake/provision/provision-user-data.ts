import type { Aws } from '../../../aws/aws.ts'
import { type Look, waitFor } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'
import { ConsoleFollower } from '../../../guest/console-follower.ts'
import type { ConsoleMark } from '../../../guest/console-marks.ts'
import { type PackageList, readPackageList } from '../../../guest/package-list.ts'
import type { ScriptStep } from '../../../recipe/recipe.ts'
import type { Builder } from '../builder/builder.ts'
import { stepFailed } from './step-failed.ts'

const BOOT_SECONDS = 900
/** EC2 posts a console's last lines some minutes after the instance has stopped. */
const CONSOLE_SECONDS = 1200

/**
 * Waits while a builder provisions and seals itself, showing its output, until it has powered off and its console
 * proves that all went well: a stop alone proves nothing. Result: what is installed. Errors: STEP_FAILED, SEAL, TIMEOUT.
 */
export async function awaitSelfProvisioning(
  aws: Aws,
  region: string,
  builder: Builder,
  steps: readonly ScriptStep[],
  nonce: string
): Promise<PackageList> {
  const { run, signal } = aws
  const console = new ConsoleFollower(aws.in(region), builder.instanceId, nonce)
  const timeoutSeconds = steps.reduce((sum, step) => sum + step.timeoutSeconds, BOOT_SECONDS)
  const showAll = (marks: readonly ConsoleMark[]) => {
    for (const mark of marks) show(mark, steps, run.log.info)
  }
  await run.log.group(`${steps.length} steps by user data`, async () => {
    await builder.awaitStop(timeoutSeconds, async () => showAll(await console.readLive(run.log, signal)))
    const look = async (): Promise<Look<void>> => {
      showAll(await console.readNew())
      return judge(console.marks, steps)
    }
    await waitFor({
      what: `the console of ${builder.instanceId}`,
      look,
      timeoutSeconds: CONSOLE_SECONDS,
      maxPauseSeconds: 10,
      signal,
      log: run.log
    })
  })
  return readPackageList(console.marks)
}

/** What the marks prove. Step 0 is the whole; it is said last. */
function judge(marks: readonly ConsoleMark[], steps: readonly ScriptStep[]): Look<void> {
  const unsealed = marks.find(mark => mark.kind === 'unsealed')
  if (unsealed) throw new AmiError('SEAL', `Sealing failed: ${unsealed.text}`)
  for (const mark of marks) {
    const step = steps[mark.step - 1]
    if (mark.kind === 'end' && mark.code !== 0 && step) throw stepFailed(step, mark.code, linesOf(marks, mark.step))
  }
  const proven = marks.some(mark => mark.step === 0 && mark.kind === 'end' && mark.code === 0)
  return proven ? { done: undefined } : { waiting: 'without the line that says how provisioning ended' }
}

const linesOf = (marks: readonly ConsoleMark[], step: number): string[] =>
  marks.flatMap(mark => (mark.step === step && mark.kind === 'line' ? [mark.text] : []))

function show(mark: ConsoleMark, steps: readonly ScriptStep[], info: (line: string) => void): void {
  const name = steps[mark.step - 1]?.name
  if (mark.kind === 'line') info(mark.text)
  else if (mark.kind === 'begin' && name) info(`Step ${mark.step} of ${steps.length}: ${name}`)
}
