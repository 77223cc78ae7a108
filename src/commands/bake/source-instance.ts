import { type Instance, StopInstancesCommand } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { type Look, waitFor } from '../../aws/poller.ts'
import { AmiError } from '../../errors.ts'
import { markForRestart, restart } from '../restart.ts'
import { describeInstance } from './observe/observe-instance.ts'
import type { BackupPlan } from './plan/plan-backup.ts'

const STOP_SECONDS = 1200

/**
 * Somebody's instance while an image is made of it. If the bake stops it, leaving the scope starts it again, and so
 * does the post step; nothing else is ever done to it.
 */
export class SourceInstance implements AsyncDisposable {
  readonly #aws: Aws
  readonly #clients: Clients
  readonly #plan: BackupPlan
  #isStopped: boolean

  constructor(aws: Aws, plan: BackupPlan) {
    this.#aws = aws
    this.#clients = aws.in(plan.region)
    this.#plan = plan
    this.#isStopped = plan.isLeftStopped
  }

  /** Stops it and waits until it has stopped, where the recipe says so and it runs. Errors: EC2, TIMEOUT. */
  async stop(): Promise<void> {
    const { instanceId, isStoppedForIt, isLeftStopped } = this.#plan
    if (!isStoppedForIt && !isLeftStopped) return
    await markForRestart(this.#clients, instanceId, this.#aws.run.id)
    this.#isStopped = true
    await this.#clients.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }))
    const { signal, run } = this.#aws
    const what = `${instanceId} to be stopped`
    await waitFor({
      what,
      look: () => this.#look(),
      timeoutSeconds: STOP_SECONDS,
      maxPauseSeconds: 5,
      signal,
      log: run.log
    })
  }

  /** Starts it again: an image that EC2 has accepted is of the volumes as they were then. */
  async start(): Promise<void> {
    if (!this.#isStopped) return
    await restart(this.#clients, this.#plan.instanceId, this.#aws.run.log, this.#aws.signal)
    this.#isStopped = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isStopped) return
    const { run, forCleanup } = this.#aws
    const { instanceId, region } = this.#plan
    try {
      await restart(forCleanup.in(region), instanceId, run.log, forCleanup.signal)
    } catch (error) {
      run.log.warning(`${instanceId} could not be started again now: ${error}. The post step tries again.`)
    }
  }

  async #look(): Promise<Look<Instance>> {
    const { instanceId } = this.#plan
    const instance = await describeInstance(this.#clients, instanceId)
    const state = instance?.State?.Name ?? 'not visible'
    if (instance && state === 'stopped') return { done: instance }
    if (state === 'running' || state === 'stopping') return { waiting: state }
    throw new AmiError('EC2', `Expected the instance ${instanceId} to stop, found it ${state}`)
  }
}
