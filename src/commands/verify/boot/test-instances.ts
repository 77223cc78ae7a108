import { randomUUID } from 'node:crypto'
import { type Instance, RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../../aws/aws.ts'
import { CLIENT_TOKEN_PREFIX } from '../../../image/client-token.ts'
import { toTagList } from '../../../image/tags.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { ensureBuilderGroup } from '../../bake/builder/builder-group.ts'
import { tryCandidates } from '../../bake/builder/try-candidates.ts'
import type { Candidate } from '../../bake/plan/plan-candidates.ts'
import { endInstances } from '../../end-instances.ts'
import { sweepInstances } from '../../sweep-instances.ts'
import type { BootPlan } from './plan-boot.ts'

/** Short-lived instances of an image. Leaving their scope ends them, whatever happened. */
export class TestInstances implements AsyncDisposable {
  readonly #aws: Aws
  readonly #clients: Clients
  readonly #plan: BootPlan
  readonly #launched: Instance[] = []
  #isLaunching = false

  constructor(aws: Aws, plan: BootPlan) {
    this.#aws = aws
    this.#clients = aws.in(plan.region)
    this.#plan = plan
  }

  /** Launches one more, with user data in base64. Result: its id. Errors: CAPACITY, QUOTA, NETWORK. */
  async launch(recipe: Recipe, userData: string): Promise<string> {
    this.#isLaunching = true
    const { securityGroupIds, candidates } = this.#plan
    const groups = securityGroupIds ?? [await ensureBuilderGroup(this.#clients, this.#plan, this.#aws.signal)]
    const instance = await tryCandidates(this.#aws, candidates, async candidate => {
      const request = { ...this.#request(recipe, candidate, groups), UserData: userData }
      const { Instances: [launched] = [] } = await this.#clients.ec2.send(new RunInstancesCommand(request))
      return launched ?? {}
    })
    this.#launched.push(instance)
    this.#aws.run.log.info(
      `Launched ${instance.InstanceId}, ${instance.InstanceType}, from ${this.#plan.image.ImageId}`
    )
    return instance.InstanceId ?? ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isLaunching) return
    const clients = this.#aws.forCleanup.in(this.#plan.region)
    const { id, log } = this.#aws.run
    try {
      await endInstances(clients, this.#launched, log)
      await sweepInstances(clients, id, log)
    } catch (error) {
      log.warning(`The test instances could not be ended now: ${error}. The post step tries again.`)
    }
  }

  #request({ builder, family }: Recipe, candidate: Candidate, groups: readonly string[]): RunInstancesCommandInput {
    const { image, tags } = this.#plan
    const tagList = toTagList({ Name: `ami-action test ${family}`, ...tags })
    const { instanceProfile: profile } = builder
    return {
      ImageId: image.ImageId,
      InstanceType: candidate.instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
      MinCount: 1,
      MaxCount: 1,
      ClientToken: `${CLIENT_TOKEN_PREFIX}${randomUUID()}`,
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: candidate.subnetId,
          Groups: [...groups],
          AssociatePublicIpAddress: builder.publicIp,
          DeleteOnTermination: true
        }
      ],
      BlockDeviceMappings: deletedWithInstance(image),
      MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      InstanceInitiatedShutdownBehavior: 'terminate',
      ...(profile && { IamInstanceProfile: profile.startsWith('arn:') ? { Arn: profile } : { Name: profile } }),
      TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map(type => ({
        ResourceType: type,
        Tags: tagList
      }))
    }
  }
}

const deletedWithInstance = ({ BlockDeviceMappings: mappings = [] }: BootPlan['image']) =>
  mappings.flatMap(({ DeviceName, Ebs: ebs }) => (ebs ? [{ DeviceName, Ebs: { DeleteOnTermination: true } }] : []))
