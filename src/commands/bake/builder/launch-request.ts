import { createHash } from 'node:crypto'
import type { InstanceMarketOptionsRequest, RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import { CLIENT_TOKEN_PREFIX } from '../../../image/client-token.ts'
import { TAGS, toTagList } from '../../../image/tags.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { BakePlan } from '../plan/plan.ts'
import { boosted } from '../plan/plan-boost.ts'
import type { Candidate } from '../plan/plan-candidates.ts'

export interface Launch {
  readonly plan: BakePlan
  readonly recipe: Recipe
  /** Base64. */
  readonly userData: string
  readonly securityGroupIds: readonly string[]
}

const TAGGED = ['instance', 'volume', 'network-interface'] as const
const TAGGED_SPOT = [...TAGGED, 'spot-instances-request'] as const

/**
 * The request for a builder at one candidate. `generation` makes a new ClientToken where EC2 remembers the old one's
 * instance, though it is dead.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
export function toLaunchRequest(launch: Launch, candidate: Candidate, generation: number): RunInstancesCommandInput {
  const { market, instanceType, subnetId } = candidate
  const { plan, recipe, userData, securityGroupIds } = launch
  const { instanceProfile, publicIp } = recipe.builder
  const deadline = { [TAGS.deadline]: plan.deadline.toISOString() }
  const tags = toTagList({ Name: `ami-action ${recipe.family}`, ...plan.tags, ...deadline })
  return {
    ImageId: plan.baseImageId,
    InstanceType: instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    MinCount: 1,
    MaxCount: 1,
    ClientToken: tokenOf(plan, instanceType, subnetId, market, generation),
    ...(market === 'spot' && { InstanceMarketOptions: spotUntil(plan.deadline) }),
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: subnetId,
        Groups: [...securityGroupIds],
        AssociatePublicIpAddress: publicIp,
        DeleteOnTermination: true
      }
    ],
    BlockDeviceMappings: boosted(plan.blockDeviceMappings, plan.boost),
    UserData: userData,
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    // The deadline's `poweroff` ends a builder that Run Command provisions; for one that provisions itself, and for
    // Sysprep, powering off means that it is done.
    InstanceInitiatedShutdownBehavior: recipe.provision.via === 'ssm' && plan.system === 'linux' ? 'terminate' : 'stop',
    ...(instanceProfile && {
      IamInstanceProfile: instanceProfile.startsWith('arn:') ? { Arn: instanceProfile } : { Name: instanceProfile }
    }),
    TagSpecifications: (market === 'spot' ? TAGGED_SPOT : TAGGED).map(type => ({ ResourceType: type, Tags: tags }))
  }
}

/**
 * Only of a persistent request that stops its instance the builder can be stopped, to be imaged. After the deadline it
 * launches no other: by then the builder ends itself, which may be a termination.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html
 */
const spotUntil = (deadline: Date): InstanceMarketOptionsRequest => ({
  MarketType: 'spot',
  SpotOptions: {
    SpotInstanceType: 'persistent',
    InstanceInterruptionBehavior: 'stop',
    ValidUntil: new Date(Math.floor(deadline.getTime() / 1000) * 1000)
  }
})

/** The same for two runs that would build the same at the same place: EC2 lets one of them through. */
function tokenOf({ region, digest, tags }: BakePlan, ...place: readonly (string | number)[]): string {
  const intent = [region, tags[TAGS.family], tags[TAGS.channel], digest, ...place].join('\n')
  return `${CLIENT_TOKEN_PREFIX}${createHash('sha256').update(intent).digest('hex').slice(0, 48)}`
}
