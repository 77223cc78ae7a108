import { DescribeInstancesCommand, type Instance, RunInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { type Look, waitFor } from '../../aws/poller.ts'
import { AmiError } from '../../errors.ts'
import { TAGS } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { sweepInstances, terminate } from '../sweep.ts'
import { ensureBuilderGroup } from './builder-group.ts'
import { type Launch, toLaunchRequest } from './launch-request.ts'
import type { BakePlan } from './plan.ts'
import type { Candidate } from './plan-network.ts'
import { findPredecessors } from './predecessors.ts'

/** What a next candidate may have. */
const NO_CAPACITY = new Set([
  'InsufficientInstanceCapacity',
  'Unsupported',
  'InstanceLimitExceeded',
  'VcpuLimitExceeded'
])
/** How many runs of the same image may have gone without a trace within EC2's memory for tokens. */
const MAX_FORGOTTEN = 20

/** The one instance that a bake launches. Leaving its scope ends it, whatever happened. */
export class Builder implements AsyncDisposable {
  readonly #aws: Aws
  readonly #clients: Clients
  readonly #plan: BakePlan
  #launching = false
  #instanceId: string | undefined

  constructor(aws: Aws, plan: BakePlan) {
    this.#aws = aws
    this.#clients = aws.in(plan.region)
    this.#plan = plan
  }

  get instanceId(): string {
    if (!this.#instanceId) throw new AmiError('INTERNAL', 'The builder has not been launched')
    return this.#instanceId
  }

  /** Launches the builder and waits until it runs. Result: what EC2 says of it. Errors: CAPACITY, TIMEOUT, EC2. */
  async launch(recipe: Recipe, userData: string): Promise<Instance> {
    this.#launching = true
    const { log } = this.#aws.run
    const groups = this.#plan.securityGroupIds ?? [
      await ensureBuilderGroup(this.#clients, this.#plan, this.#aws.signal)
    ]
    const launch = { plan: this.#plan, recipe, userData, securityGroupIds: groups }
    this.#instanceId = await this.#launchFirst(launch)
    log.info(`Launched the builder ${this.instanceId}`)
    return this.#await('running', ['pending', 'running'], 600)
  }

  /** Stops the builder from outside and waits until it has stopped. */
  async stop(): Promise<void> {
    await this.#clients.ec2.send(new StopInstancesCommand({ InstanceIds: [this.instanceId] }))
    await this.awaitStop(1200)
  }

  /** Waits until the builder has stopped. Result: what EC2 says of it. Errors: EC2 where it ended otherwise. */
  awaitStop(timeoutSeconds: number, onLook?: () => Promise<void>): Promise<Instance> {
    return this.#await('stopped', ['running', 'stopping', 'stopped'], timeoutSeconds, onLook)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#launching) return
    const clients = this.#aws.forCleanup.in(this.#plan.region)
    const { id, log } = this.#aws.run
    try {
      if (this.#instanceId) await terminate(clients, [this.#instanceId], log)
      else await sweepInstances(clients, id, log)
    } catch (error) {
      const until = this.#plan.deadline.toISOString()
      log.warning(
        `The builder could not be ended now: ${error}. The post step tries again; it ends itself at ${until}.`
      )
    }
  }

  async #launchFirst(launch: Launch): Promise<string> {
    const generation = await this.makeWay()
    const refused: string[] = []
    for (const candidate of this.#plan.candidates) {
      try {
        return await this.#launchAt(launch, candidate, generation)
      } catch (error) {
        if (!NO_CAPACITY.has(serviceErrorName(error))) throw error
        refused.push(`${candidate.instanceType} in ${candidate.subnetId} (${serviceErrorName(error)})`)
      }
    }
    const hint = 'Name more instance types or subnets under builder in the recipe.'
    throw new AmiError('CAPACITY', `No builder could be launched: ${refused.join(', ')}`, { hint })
  }

  /** Ends builders that dead runs left, gives way to a living one. Result: how many have gone before. */
  async makeWay(): Promise<number> {
    const { alive, expired, deadCount } = await findPredecessors(this.#clients, this.#plan, this.#aws.now())
    if (alive.length > 0) throw this.#rival(`with ${alive.join(', ')}`)
    if (expired.length > 0) await terminate(this.#clients, expired, this.#aws.run.log)
    return deadCount + expired.length
  }

  /**
   * EC2 refuses a ClientToken that it knows from a request with other tags: of a run that is launching the same now,
   * or of one long gone, of which only the token is left.
   */
  async #launchAt(launch: Launch, candidate: Candidate, first: number): Promise<string> {
    for (let generation = first; ; generation++) {
      try {
        const request = toLaunchRequest(launch, candidate, generation)
        const { Instances: [instance] = [] } = await this.#clients.ec2.send(new RunInstancesCommand(request))
        return instance?.InstanceId ?? ''
      } catch (error) {
        if (serviceErrorName(error) !== 'IdempotentParameterMismatch') throw error
        if (generation - first >= MAX_FORGOTTEN) throw this.#rival('now', error)
        await this.makeWay()
      }
    }
  }

  #rival(how: string, cause?: unknown): AmiError {
    const hint = 'Let it finish; a builder that was left behind ends itself at its deadline.'
    const sentence = `Another run is baking the same image of ${this.#plan.tags[TAGS.family]} ${how}`
    return new AmiError('EC2', sentence, { hint, cause })
  }

  #await(
    state: string,
    expected: readonly string[],
    timeoutSeconds: number,
    onLook?: () => Promise<void>
  ): Promise<Instance> {
    const { signal, run } = this.#aws
    const look = async (): Promise<Look<Instance>> => {
      await onLook?.()
      const instance = await this.#describe()
      const now = instance?.State?.Name ?? 'not yet visible'
      if (instance && now === state) return { done: instance }
      if (instance && !expected.includes(now)) throw this.#unexpected(now, instance)
      return { waiting: now }
    }
    return waitFor({
      what: `the builder ${this.instanceId} to be ${state}`,
      look,
      timeoutSeconds,
      maxPauseSeconds: 3,
      signal,
      log: run.log
    })
  }

  /** Undefined for a while after the launch: EC2 is eventually consistent. */
  async #describe(): Promise<Instance | undefined> {
    try {
      const { Reservations: [reservation] = [] } = await this.#clients.ec2.send(
        new DescribeInstancesCommand({ InstanceIds: [this.instanceId] })
      )
      return reservation?.Instances?.[0]
    } catch (error) {
      if (serviceErrorName(error) === 'InvalidInstanceID.NotFound') return undefined
      throw error
    }
  }

  #unexpected(state: string, { StateReason: reason }: Instance): AmiError {
    const why = reason ? `: ${reason.Code}: ${reason.Message}` : ''
    return new AmiError('EC2', `The builder ${this.instanceId} is ${state}, which this bake did not ask for${why}`)
  }
}
