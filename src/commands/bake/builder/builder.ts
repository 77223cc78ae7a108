import { CreateTagsCommand, type Instance, StopInstancesCommand } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import { TAGS, toTagList } from '../../../image/tags.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { endInstances } from '../../end-instances.ts'
import { sweepInstances } from '../../sweep-instances.ts'
import type { BakePlan } from '../plan/plan.ts'
import { ensureBuilderGroup } from './builder-group.ts'
import { awaitState, describeInstance } from './instance-state.ts'
import { findInterruption, findRestart, findShutdown, isTakenBack, whileRunning } from './interruption.ts'
import { launchFirst } from './launch-first.ts'
import { findPredecessors, isSealed, type Predecessors, SEALED } from './predecessors.ts'
import { RivalBake, sayRival } from './rival.ts'

const ON_THE_WAY_DOWN = ['pending', 'running', 'stopping', 'stopped']
/** A builder that provisions itself does so for minutes. */
const SELF_STOP_PAUSE_SECONDS = 10

/** The one instance that a bake launches. Leaving its scope ends it, whatever happened. */
export class Builder implements AsyncDisposable {
  readonly #aws: Aws
  readonly #clients: Clients
  readonly #plan: BakePlan
  #launching = false
  #launched: Instance | undefined
  /** What was read a moment ago, good for one use. */
  #seen: Predecessors | undefined

  constructor(aws: Aws, plan: BakePlan) {
    this.#aws = aws
    this.#clients = aws.in(plan.region)
    this.#plan = plan
  }

  get instanceId(): string {
    return this.#instance.InstanceId ?? ''
  }

  /** Launches the builder and waits until it runs. Errors: CAPACITY, QUOTA, TIMEOUT, EC2, RivalBake. */
  async launch(recipe: Recipe, userData: string): Promise<void> {
    await this.send(recipe, userData)
    this.#launched = await awaitState(this.#aws, this.#plan.region, this.instanceId, {
      state: 'running',
      expected: ['pending', 'running'],
      timeoutSeconds: 600,
      onLook: instance => this.#refuseInterruption(instance)
    })
  }

  /** Launches the builder, and does not wait for it. Errors: CAPACITY, QUOTA, EC2, RivalBake. */
  async send(recipe: Recipe, userData: string): Promise<void> {
    this.#launching = true
    const { run, signal } = this.#aws
    const groups = this.#plan.securityGroupIds ?? [await ensureBuilderGroup(this.#clients, this.#plan, signal)]
    const launch = { plan: this.#plan, recipe, userData, securityGroupIds: groups }
    this.#launched = await launchFirst(this.#aws, launch, () => this.makeWay())
    const { InstanceType: type, InstanceLifecycle: lifecycle } = this.#instance
    run.log.info(`Launched the builder ${this.instanceId}, ${type}${lifecycle === 'spot' ? ' on the spot market' : ''}`)
  }

  /**
   * Takes over the builder of a run that is gone, where it had been sealed and has stopped: what is left to do is its
   * image. It is this run's from now on, also for the post step. Result: whether there was one.
   */
  async takeOver(): Promise<boolean> {
    const predecessors = await this.#findPredecessors()
    this.#seen = predecessors
    const sealed = predecessors.alive.length === 0 ? predecessors.left.find(isSealed) : undefined
    if (!sealed?.InstanceId) return false
    const tags = toTagList({ [TAGS.run]: this.#aws.run.id, [TAGS.deadline]: this.#plan.deadline.toISOString() })
    await this.#clients.ec2.send(new CreateTagsCommand({ Resources: [sealed.InstanceId], Tags: tags }))
    this.#launching = true
    this.#launched = sealed
    this.#aws.run.log.info(`Took over the sealed builder ${this.instanceId} of an earlier attempt`)
    return true
  }

  /** Notes on the builder that it is sealed: from now on a later attempt can take it over. */
  async markSealed(): Promise<void> {
    const tags = toTagList({ [TAGS.stage]: SEALED })
    await this.#clients.ec2.send(new CreateTagsCommand({ Resources: [this.instanceId], Tags: tags }))
  }

  /**
   * Does a part of the work that needs the builder to run; where it does not run any more, the work ends soon.
   * Errors: CAPACITY where EC2 took a spot builder back, STEP_FAILED where something has shut it down; the work's.
   */
  whileItRuns<T>(body: (aws: Aws) => Promise<T>): Promise<T> {
    const look = async () => {
      const now = (await this.#describe()) ?? this.#instance
      return findInterruption(this.#instance, now) ?? findShutdown(now)
    }
    return whileRunning(this.#aws, look, body)
  }

  /**
   * Stops the sealed builder from outside and waits until it has stopped. One that EC2 takes back now is as good, unless
   * it has started again since.
   */
  async stop(): Promise<void> {
    const now = this.#isSpot ? await this.#describe() : undefined
    if (now && isTakenBack(now)) {
      this.#aws.run.log.warning(
        `EC2 took the spot builder ${this.instanceId} back once it was sealed; the bake goes on`
      )
    } else {
      if (now) this.#refuseInterruption(now)
      await this.#clients.ec2.send(new StopInstancesCommand({ InstanceIds: [this.instanceId] }))
    }
    await this.#awaitStopped(1200)
  }

  /** Waits until the builder has stopped by itself. Errors: EC2 where it ended otherwise; CAPACITY. */
  awaitStop(timeoutSeconds: number, onLook?: () => Promise<void>): Promise<Instance> {
    const look = async (instance: Instance | undefined) => {
      this.#refuseInterruption(instance)
      await onLook?.()
    }
    return this.#awaitStopped(timeoutSeconds, look, SELF_STOP_PAUSE_SECONDS)
  }

  /** Makes sure that EC2 has not started a spot builder again since it was sealed. Errors: CAPACITY. */
  async confirmStopped(): Promise<void> {
    const now = this.#isSpot ? await this.#describe() : undefined
    const found = now && findRestart(this.#instance, now)
    if (found) throw found
  }

  /** Ends builders that dead runs left, gives way to a living one. Result: how many have gone before. */
  async makeWay(): Promise<number> {
    const { alive, left, deadCount } = this.#seen ?? (await this.#findPredecessors())
    this.#seen = undefined
    if (alive.length > 0) throw new RivalBake(this.#plan, alive.map(sayRival).join('; '))
    if (left.length > 0) await endInstances(this.#clients, left, this.#aws.run.log)
    return deadCount + left.length
  }

  /**
   * Ends the builder, whose work is done. Result: whether it is; what fails is tried again on leaving the scope.
   * Errors: PERMISSION.
   */
  async end(): Promise<boolean> {
    try {
      if (this.#launched) await endInstances(this.#clients, [this.#launched], this.#aws.run.log)
      this.#launching = false
      return true
    } catch (error) {
      if (error instanceof AmiError && error.code === 'PERMISSION') throw error
      return false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#launching) return
    const clients = this.#aws.forCleanup.in(this.#plan.region)
    const { id, log } = this.#aws.run
    try {
      if (this.#launched) await endInstances(clients, [this.#launched], log)
      else await sweepInstances(clients, id, log)
    } catch (error) {
      const until = this.#plan.deadline.toISOString()
      log.warning(
        `The builder could not be ended now: ${error}. The post step tries again; it ends itself at ${until}.`
      )
    }
  }

  get #instance(): Instance {
    if (!this.#launched) throw new AmiError('INTERNAL', 'The builder has not been launched')
    return this.#launched
  }

  get #isSpot(): boolean {
    return this.#instance.InstanceLifecycle === 'spot'
  }

  #findPredecessors(): Promise<Predecessors> {
    return findPredecessors(this.#clients, this.#plan, this.#aws.now())
  }

  #describe(): Promise<Instance | undefined> {
    return describeInstance(this.#aws, this.#plan.region, this.instanceId)
  }

  #refuseInterruption(now: Instance | undefined): void {
    const found = now && findInterruption(this.#instance, now)
    if (found) throw found
  }

  #awaitStopped(
    timeoutSeconds: number,
    onLook?: (instance: Instance | undefined) => Promise<void>,
    maxPauseSeconds?: number
  ): Promise<Instance> {
    return awaitState(this.#aws, this.#plan.region, this.instanceId, {
      state: 'stopped',
      expected: ON_THE_WAY_DOWN,
      timeoutSeconds,
      ...(maxPauseSeconds && { maxPauseSeconds }),
      ...(onLook && { onLook })
    })
  }
}
