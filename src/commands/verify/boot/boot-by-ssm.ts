import { randomBytes } from 'node:crypto'
import type { Aws } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import { deadlineScript } from '../../../guest/deadline.ts'
import { LINUX_IDENTITY, readIdentity, WINDOWS_IDENTITY } from '../../../guest/identity-script.ts'
import { waitingUserData } from '../../../guest/user-data.ts'
import { deadlineUserData, setDeadline } from '../../../guest/windows/deadline.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { SsmProvisioner } from '../../bake/provision/provision-ssm.ts'
import { WindowsProvisioner } from '../../bake/provision/provision-windows.ts'
import type { Boot, TestResult } from './boot-report.ts'
import { type BootWay, findBootProblem } from './boot-way.ts'
import type { BootPlan } from './plan-boot.ts'

const ASK_SECONDS = 120

/** Asks an instance through Run Command: it is launched with the recipe's user data and nothing else. */
export class BootBySsm implements BootWay {
  readonly userData: string
  readonly #aws: Aws
  readonly #plan: BootPlan
  readonly #recipe: Recipe
  #guest: SsmProvisioner | WindowsProvisioner | undefined

  constructor(aws: Aws, plan: BootPlan, recipe: Recipe) {
    this.#aws = aws
    this.#plan = plan
    this.#recipe = recipe
    const { launchUserData } = recipe
    const own = plan.system === 'windows' ? deadlineUserData : waitingUserData
    this.userData =
      launchUserData === undefined ? own(this.#secondsLeft()) : Buffer.from(launchUserData).toString('base64')
  }

  async examine(instanceId: string, since: () => number): Promise<Omit<Boot, 'instanceId'>> {
    const running = since()
    const guest = this.#open(instanceId)
    await guest.awaitAgent()
    const reachable = since()
    const { exitCode, stdout, stderr } = await guest.awaitFirstBoot()
    const seconds = { running, reachable, done: since() }
    const isWindows = this.#plan.system === 'windows'
    // Launched with the user data of the recipe, it ends itself all the same.
    const setEnd = isWindows ? setDeadline : deadlineScript
    if (this.#recipe.launchUserData !== undefined) await guest.ask('deadline', setEnd(this.#secondsLeft()), ASK_SECONDS)
    const said = await guest.ask('identity', isWindows ? WINDOWS_IDENTITY : LINUX_IDENTITY, ASK_SECONDS)
    const problem = findBootProblem(exitCode, `${stdout}${stderr}`)
    return { seconds, guest: readIdentity(said.stdout), ...(problem && { problem }) }
  }

  async runTests(): Promise<TestResult[]> {
    const { test } = this.#recipe
    const results: TestResult[] = []
    for (const [i, step] of test.entries()) {
      try {
        const title = `Test ${i + 1} of ${test.length}: ${step.name}`
        await this.#aws.run.log.group(title, async () => this.#guest?.runStep(step, i + 1))
        results.push({ name: step.name })
      } catch (error) {
        if (!(error instanceof AmiError) || error.code !== 'STEP_FAILED') throw error
        results.push({ name: step.name, error })
      }
    }
    return results
  }

  #open(instanceId: string): SsmProvisioner | WindowsProvisioner {
    const { system, region } = this.#plan
    const nonce = randomBytes(6).toString('hex')
    this.#guest =
      system === 'windows'
        ? new WindowsProvisioner(this.#aws, region, instanceId, nonce)
        : new SsmProvisioner(this.#aws, this.#plan, instanceId, nonce)
    return this.#guest
  }

  #secondsLeft(): number {
    return Math.max(1, Math.ceil((this.#plan.deadline.getTime() - this.#aws.now().getTime()) / 1000))
  }
}
