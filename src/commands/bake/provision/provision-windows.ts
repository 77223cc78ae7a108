import type { Aws } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import { readMarks } from '../../../guest/console-marks.ts'
import { WINDOWS } from '../../../guest/guest-system.ts'
import { type PackageList, readPackageList } from '../../../guest/package-list.ts'
import { awaitAgent, type CommandResult, runCommand, startCommand } from '../../../guest/run-command.ts'
import { findLaunchAgentScript, readLaunchAgent } from '../../../guest/windows/launch-agents.ts'
import { listWindowsPackagesScript } from '../../../guest/windows/list-packages.ts'
import { stepScript } from '../../../guest/windows/step-script.ts'
import type { Step } from '../../../recipe/recipe.ts'
import { stepFailed, TIMED_OUT } from './step-failed.ts'

/** A first boot of Windows goes through specialize and OOBE. */
const AGENT_SECONDS = 1800
const BOOT_SECONDS = 900
/** As long as Image Builder waits for Sysprep. */
export const SYSPREP_SECONDS = 3600

export interface SealedWindows {
  readonly shutsDown: boolean
  readonly packages: PackageList
}

/** Provisions and seals a running Windows builder through Run Command. */
export class WindowsProvisioner {
  readonly #aws: Aws
  readonly #region: string
  readonly #instanceId: string
  readonly #nonce: string

  constructor(aws: Aws, region: string, instanceId: string, nonce: string) {
    this.#aws = aws
    this.#region = region
    this.#instanceId = instanceId
    this.#nonce = nonce
  }

  /** Waits until the SSM agent answers: after specialize and OOBE. Errors: TIMEOUT. */
  awaitAgent(): Promise<void> {
    const { signal, run } = this.#aws
    const clients = this.#aws.in(this.#region)
    return awaitAgent(clients, this.#instanceId, { timeoutSeconds: AGENT_SECONDS, signal, log: run.log })
  }

  /** Waits until the launch agent has done its part of the first boot. Result: how that went. */
  awaitFirstBoot(): Promise<CommandResult> {
    return this.ask('launch agent', findLaunchAgentScript(), BOOT_SECONDS)
  }

  /** Waits for the first boot to be over, then runs the steps. Errors: STEP_FAILED, SEAL, TIMEOUT. */
  async provision(steps: readonly Step[]): Promise<void> {
    const { run } = this.#aws
    await this.awaitAgent()
    await this.#findLaunchAgent('before')
    for (const [i, step] of steps.entries()) {
      await run.log.group(`Step ${i + 1} of ${steps.length}: ${step.name}`, () => this.runStep(step, i + 1))
    }
  }

  /**
   * Has the builder generalized. Result: whether it shuts down by itself then, so that nothing but its stop tells of the
   * end; and what is installed. Errors: SEAL with what Sysprep wrote.
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-create-win-sysprep.html
   */
  async seal(): Promise<SealedWindows> {
    const { agent, packages } = await this.#findLaunchAgent('after', listWindowsPackagesScript(this.#nonce))
    const { name, seal, shutsDown } = agent
    if (shutsDown) {
      await startCommand(this.#aws.in(this.#region), this.#request('sealing', seal, SYSPREP_SECONDS))
      return { shutsDown, packages }
    }
    const result = await this.ask('sealing', seal, SYSPREP_SECONDS)
    if (result.exitCode === 0) return { shutsDown, packages }
    const said = linesOf(result).join('\n') || result.statusDetails
    throw new AmiError('SEAL', `Sysprep through ${name} ended with exit code ${result.exitCode}: ${said}`)
  }

  /** Which launch agent is to seal this builder: known before hours are spent, and again as the steps may change it. */
  async #findLaunchAgent(when: 'before' | 'after', first = '') {
    const script = `${first}${findLaunchAgentScript()}`
    const { stdout } = await this.ask(`launch agent ${when} the steps`, script, BOOT_SECONDS)
    const agent = readLaunchAgent(stdout)
    if (agent) return { agent, packages: readPackageList(readMarks(stdout, this.#nonce)) }
    const hint = 'Take a base that has EC2Launch v2, EC2Launch or EC2Config, as the Windows images of AWS have.'
    throw new AmiError('SEAL', `Expected a launch agent on ${this.#instanceId} to run Sysprep, found none`, { hint })
  }

  /** Runs one step, with its output. Errors: STEP_FAILED. */
  async runStep(step: Step, number: number): Promise<void> {
    const result = await this.ask(`step ${number}`, stepScript(step), step.timeoutSeconds)
    const lines = linesOf(result)
    for (const line of lines) this.#aws.run.log.info(line)
    if (result.exitCode === 0) return
    const timedOut = /execution ?timed ?out/i.test(result.statusDetails)
    throw stepFailed(step, timedOut ? TIMED_OUT : result.exitCode, lines, timedOut ? undefined : notRun(result))
  }

  /** Runs a script of ours. */
  ask(what: string, script: string, timeoutSeconds: number): Promise<CommandResult> {
    return runCommand(this.#aws.in(this.#region), this.#request(what, script, timeoutSeconds))
  }

  #request(what: string, script: string, timeoutSeconds: number) {
    return {
      system: WINDOWS,
      instanceId: this.#instanceId,
      script,
      timeoutSeconds,
      comment: `ami-action ${this.#nonce} ${what}`,
      what: `${what} on ${this.#instanceId}`,
      signal: this.#aws.signal,
      log: this.#aws.run.log
    }
  }
}

const linesOf = ({ stdout, stderr }: CommandResult): string[] =>
  `${stdout}\n${stderr}`.split(/\r?\n/).filter(line => line.trim() !== '')

const notRun = ({ exitCode, stderr, statusDetails }: CommandResult): string | undefined =>
  exitCode === -1 ? `${statusDetails}: ${stderr.trim()}` : undefined
