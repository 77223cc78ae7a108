import { randomBytes } from 'node:crypto'
import type { Aws } from '../../../aws/aws.ts'
import { type Look, waitFor } from '../../../aws/poller.ts'
import { ConsoleFollower } from '../../../guest/console-follower.ts'
import type { ConsoleMark } from '../../../guest/console-marks.ts'
import { examiningUserData } from '../../../guest/examining-user-data.ts'
import { readIdentity } from '../../../guest/identity-script.ts'
import type { Recipe, ScriptStep } from '../../../recipe/recipe.ts'
import { stepFailed } from '../../bake/provision/step-failed.ts'
import type { Boot, TestResult } from './boot-report.ts'
import { type BootWay, findBootProblem } from './boot-way.ts'
import type { BootPlan } from './plan-boot.ts'

/** A boot with its launch user data, and what EC2 takes to show a console. */
const BOOT_SECONDS = 1_800
const MAX_PAUSE_SECONDS = 15

/** Reads on the console what an instance without instance profile says of itself. */
export class BootByUserData implements BootWay {
  readonly userData: string
  readonly #aws: Aws
  readonly #plan: BootPlan
  readonly #tests: readonly ScriptStep[]
  readonly #nonce = randomBytes(6).toString('hex')
  #console: ConsoleFollower | undefined

  /** `tests` are the recipe's where this instance is to run them. Errors: RECIPE where they do not fit. */
  constructor(aws: Aws, plan: BootPlan, { launchUserData }: Recipe, tests: readonly ScriptStep[]) {
    this.#aws = aws
    this.#plan = plan
    this.#tests = tests
    const deadlineSeconds = Math.max(1, Math.ceil((plan.deadline.getTime() - aws.now().getTime()) / 1000))
    this.userData = examiningUserData({
      nonce: this.#nonce,
      deadlineSeconds,
      tests,
      ...(launchUserData !== undefined && { launchUserData })
    })
  }

  async examine(instanceId: string, since: () => number): Promise<Omit<Boot, 'instanceId'>> {
    this.#console = new ConsoleFollower(this.#aws.in(this.#plan.region), instanceId, this.#nonce)
    const running = since()
    let reachable: number | undefined
    await this.#follow(`${instanceId} to tell on its console how it booted`, BOOT_SECONDS, marks => {
      if (marks.length > 0) reachable ??= since()
      return endOf(marks, 0) !== undefined
    })
    const done = since()
    const lines = linesOf(this.#console.marks, 0)
    const said = lines.flatMap(line => (line.startsWith('said ') ? [line.slice(5)] : []))
    const problem = findBootProblem(endOf(this.#console.marks, 0) ?? 0, said.join('\n'))
    const seconds = { running, reachable: reachable ?? done, done }
    return { seconds, guest: readIdentity(lines.join('\n')), ...(problem && { problem }) }
  }

  async runTests(): Promise<TestResult[]> {
    const tests = this.#tests
    const results: TestResult[] = []
    for (const [i, step] of tests.entries()) {
      await this.#aws.run.log.group(`Test ${i + 1} of ${tests.length}: ${step.name}`, async () => {
        results.push(await this.#awaitTest(step, i + 1))
      })
    }
    return results
  }

  async #awaitTest(step: ScriptStep, number: number): Promise<TestResult> {
    const seconds = step.timeoutSeconds + BOOT_SECONDS
    await this.#follow(`the test ${step.name} to end`, seconds, marks => endOf(marks, number) !== undefined)
    const marks = this.#console?.marks ?? []
    const lines = linesOf(marks, number)
    for (const line of lines) this.#aws.run.log.info(line)
    const code = endOf(marks, number) ?? 0
    return { name: step.name, ...(code !== 0 && { error: stepFailed(step, code, lines) }) }
  }

  /** Looks at the console until what is awaited stands there. Errors: TIMEOUT. */
  #follow(what: string, timeoutSeconds: number, isThere: (marks: readonly ConsoleMark[]) => boolean): Promise<void> {
    const { signal, run } = this.#aws
    const look = async (): Promise<Look<void>> => {
      if (isThere(this.#console?.marks ?? [])) return { done: undefined }
      await this.#console?.readNew()
      return isThere(this.#console?.marks ?? []) ? { done: undefined } : { waiting: 'not on the console yet' }
    }
    return waitFor({ what, look, timeoutSeconds, maxPauseSeconds: MAX_PAUSE_SECONDS, signal, log: run.log })
  }
}

const linesOf = (marks: readonly ConsoleMark[], step: number): string[] =>
  marks.flatMap(mark => (mark.step === step && mark.kind === 'line' ? [mark.text] : []))

function endOf(marks: readonly ConsoleMark[], step: number): number | undefined {
  const end = marks.find(mark => mark.step === step && mark.kind === 'end')
  return end?.kind === 'end' ? end.code : undefined
}
