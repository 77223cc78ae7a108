import { createHash } from 'node:crypto'
import {
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StopInstancesCommand
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { type Look, waitFor } from '../../aws/poller.ts'
import { AmiError } from '../../errors.ts'
import { TAGS } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { sweepInstances, terminate } from '../sweep.ts'
import { ensureBuilderGroup } from './builder-group.ts'
import type { BakePlan } from './plan.ts'
import type { Candidate } from './plan-network.ts'

/** A cancelled step has 7.5 s until SIGTERM: what must be asked for is asked for well before. */
const CLEANUP_MS = 6_000
const TAGGED = ['instance', 'volume', 'network-interface'] as const
/** What a next candidate may have. */
const NO_CAPACITY = new Set([
  'InsufficientInstanceCapacity',
  'Unsupported',
  'InstanceLimitExceeded',
  'VcpuLimitExceeded'
])
const GONE = new Set(['shutting-down', 'terminated'])

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
    const groups = this.#plan.securityGroupIds ?? [await ensureBuilderGroup(this.#clients, this.#plan.vpcId)]
    const generation = await this.#countPredecessors()
    this.#instanceId = await this.#launchFirst(recipe, userData, groups, generation)
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
    const clients = this.#aws.under(AbortSignal.timeout(CLEANUP_MS)).in(this.#plan.region)
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

  async #launchFirst(recipe: Recipe, userData: string, groups: readonly string[], generation: number): Promise<string> {
    const refused: string[] = []
    for (const candidate of this.#plan.candidates) {
      try {
        return await this.#runInstances(this.#request(recipe, userData, groups, candidate, generation))
      } catch (error) {
        if (!NO_CAPACITY.has(serviceErrorName(error))) throw error
        refused.push(`${candidate.instanceType} in ${candidate.subnetId} (${serviceErrorName(error)})`)
      }
    }
    const hint = 'Name more instance types or subnets under builder in the recipe.'
    throw new AmiError('CAPACITY', `No builder could be launched: ${refused.join(', ')}`, { hint })
  }

  async #runInstances(request: RunInstancesCommandInput): Promise<string> {
    try {
      const { Instances: [instance] = [] } = await this.#clients.ec2.send(new RunInstancesCommand(request))
      return instance?.InstanceId ?? ''
    } catch (error) {
      if (serviceErrorName(error) !== 'IdempotentParameterMismatch') throw error
      const hint = 'Let it finish and run this again: it then takes up what the other one made.'
      throw new AmiError('EC2', `Another run is baking the same image of ${this.#plan.tags[TAGS.family]}`, {
        hint,
        cause: error
      })
    }
  }

  /** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
  #request(
    recipe: Recipe,
    userData: string,
    groups: readonly string[],
    { instanceType, subnetId }: Candidate,
    generation: number
  ): RunInstancesCommandInput {
    const { baseImageId, blockDeviceMappings, tags } = this.#plan
    const { instanceProfile, publicIp } = recipe.builder
    const tagList = [{ Key: 'Name', Value: `ami-action ${recipe.family}` }, ...toTagList(tags)]
    return {
      ImageId: baseImageId,
      InstanceType: instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
      MinCount: 1,
      MaxCount: 1,
      ClientToken: hash(this.#intent(), instanceType, subnetId, generation),
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: subnetId,
          Groups: [...groups],
          AssociatePublicIpAddress: publicIp,
          DeleteOnTermination: true
        }
      ],
      BlockDeviceMappings: blockDeviceMappings,
      UserData: userData,
      MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      // The deadline's `poweroff` ends a builder that Run Command provisions; for one that provisions itself
      // powering off means that it is done.
      InstanceInitiatedShutdownBehavior: recipe.provision.via === 'ssm' ? 'terminate' : 'stop',
      ...(instanceProfile && {
        IamInstanceProfile: instanceProfile.startsWith('arn:') ? { Arn: instanceProfile } : { Name: instanceProfile }
      }),
      TagSpecifications: TAGGED.map(type => ({ ResourceType: type, Tags: tagList }))
    }
  }

  /** What two runs that would build the same have in common. */
  #intent(): string {
    const { region, digest, tags } = this.#plan
    return `${region}/${tags[TAGS.family]}/${tags[TAGS.channel]}/${digest}`
  }

  /** EC2 answers a token that it knows with the instance of then, though dead: each dead one makes a new token. */
  async #countPredecessors(): Promise<number> {
    const { tags } = this.#plan
    const filters = ([TAGS.family, TAGS.digest, TAGS.channel] as const).map(key => ({
      Name: `tag:${key}`,
      Values: [tags[key] ?? '']
    }))
    const { Reservations: reservations = [] } = await this.#clients.ec2.send(
      new DescribeInstancesCommand({ Filters: filters })
    )
    const instances = reservations.flatMap(reservation => reservation.Instances ?? [])
    return instances.filter(instance => GONE.has(instance.State?.Name ?? '')).length
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

export const toTagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const hash = (...parts: readonly (string | number)[]): string =>
  `ami-action-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 48)}`
