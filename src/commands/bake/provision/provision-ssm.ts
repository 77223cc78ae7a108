import type { Aws, Clients } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import { ConsoleFollower } from '../../../guest/console-follower.ts'
import { readMarks } from '../../../guest/console-marks.ts'
import { LINUX } from '../../../guest/guest-system.ts'
import { listPackagesScript } from '../../../guest/list-packages.ts'
import { type PackageList, readPackageList } from '../../../guest/package-list.ts'
import { awaitAgent, type CommandResult, runCommand } from '../../../guest/run-command.ts'
import { sealLinuxScript } from '../../../guest/seal-linux.ts'
import { stepScript } from '../../../guest/step-script.ts'
import type { ScriptStep } from '../../../recipe/recipe.ts'
import type { BakePlan } from '../plan/plan.ts'
import { LiveOutput } from './live-output.ts'
import { stepFailed } from './step-failed.ts'

const AGENT_SECONDS = 600
const SEAL_SECONDS = 300

/** Provisions a running builder through Run Command, step by step. Errors: STEP_FAILED, TIMEOUT. */
export class SsmProvisioner {
  readonly #aws: Aws
  readonly #clients: Clients
  readonly #instanceId: string
  readonly #nonce: string
  readonly #deadline: Date
  readonly #console: ConsoleFollower

  constructor(
    aws: Aws,
    { region, deadline }: Pick<BakePlan, 'region' | 'deadline'>,
    instanceId: string,
    nonce: string
  ) {
    this.#aws = aws
    this.#clients = aws.in(region)
    this.#instanceId = instanceId
    this.#nonce = nonce
    this.#deadline = deadline
    this.#console = new ConsoleFollower(this.#clients, instanceId, nonce)
  }

  /** Waits until the agent answers. Errors: TIMEOUT. */
  awaitAgent(): Promise<void> {
    const { signal, run } = this.#aws
    return awaitAgent(this.#clients, this.#instanceId, { timeoutSeconds: AGENT_SECONDS, signal, log: run.log })
  }

  /** Waits until cloud-init has done its part of the first boot. Result: how that went. */
  awaitFirstBoot(): Promise<CommandResult> {
    return this.ask(
      'cloud-init',
      'if command -v cloud-init >/dev/null; then cloud-init status --wait; fi',
      AGENT_SECONDS
    )
  }

  /** Waits for the agent and for the first boot to be over, then runs the steps. */
  async provision(steps: readonly ScriptStep[]): Promise<void> {
    const { run } = this.#aws
    await this.awaitAgent()
    await this.awaitFirstBoot()
    for (const [i, step] of steps.entries()) {
      await run.log.group(`Step ${i + 1} of ${steps.length}: ${step.name}`, () => this.runStep(step, i + 1))
    }
  }

  /** Makes the builder fit to be imaged. Result: what is installed. Errors: SEAL. */
  async seal(): Promise<PackageList> {
    const script = `${listPackagesScript(this.#nonce)}${sealLinuxScript()}`
    const result = await this.ask('sealing', script, SEAL_SECONDS)
    if (result.exitCode === 0) return readPackageList(readMarks(result.stdout, this.#nonce))
    const said = `${result.stdout}${result.stderr}`.replace(/^ami-action .*\n/gm, '').trim()
    throw new AmiError('SEAL', `Sealing ended with exit code ${result.exitCode}: ${said}`)
  }

  /** Runs one step, with its output. Errors: STEP_FAILED. */
  async runStep(step: ScriptStep, number: number): Promise<void> {
    const { log } = this.#aws.run
    const live = new LiveOutput(log, number)
    const showLive = async () => live.show(await this.#console.readLive(log, this.#aws.signal))
    const script = stepScript(step, { nonce: this.#nonce, step: number, deadline: this.#deadline })
    const result = await this.ask(`step ${number}`, script, step.timeoutSeconds, showLive)
    const lines = live.showRest(result.stdout)
    if (result.exitCode !== 0) throw stepFailed(step, result.exitCode, lines, notRun(result))
  }

  /** Runs a script of ours. */
  ask(what: string, script: string, timeoutSeconds: number, onLook?: () => Promise<void>): Promise<CommandResult> {
    const { signal, run } = this.#aws
    return runCommand(this.#clients, {
      system: LINUX,
      instanceId: this.#instanceId,
      script,
      timeoutSeconds,
      comment: `ami-action ${this.#nonce} ${what}`,
      what: `${what} on ${this.#instanceId}`,
      signal,
      log: run.log,
      ...(onLook && { onLook })
    })
  }
}

const notRun = ({ exitCode, stderr, statusDetails }: CommandResult): string | undefined =>
  exitCode === -1 ? `${statusDetails}: ${stderr.trim()}` : undefined
