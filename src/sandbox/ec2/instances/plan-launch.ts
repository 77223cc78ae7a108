import type {
  IamInstanceProfile,
  InstanceMetadataOptionsResponse,
  ResourceType,
  RunInstancesRequest
} from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { imageOfReference, isReference } from '../image-parameter.ts'
import type { InstanceTypeFacts } from '../instance-types.ts'
import { findKeyPair, noKeyPair } from '../key-pairs/make-key-pair.ts'
import type { KeyPairRecord } from '../key-pairs/record.ts'
import { withTemplate } from '../launch-templates/launch-request.ts'
import { tagsFor } from '../tags.ts'
import { type PlannedVolume, planVolumes } from './block-devices.ts'
import { checkCapacity, hasCapacity } from './capacity.ts'
import { chooseImage } from './launch-image.ts'
import { planSpot, type SpotPlan } from './launch-market.ts'
import { type PlannedInterface, planInterfaces } from './launch-network.ts'
import { changeMetadataOptions, checkOneOf, checkUserData, chooseProfile } from './launch-options.ts'
import { checkEnforcement, metadataOptionsFor } from './metadata-defaults.ts'
import { refuseUnmodelledLaunch } from './unmodelled.ts'

type Tags = ReadonlyMap<string, string>

/** A launch that EC2 accepts: everything that RunInstances has to refuse has been refused. */
export interface LaunchPlan {
  /** The request, with what its launch template says and the id of its image. */
  readonly request: RunInstancesRequest
  readonly image: ImageRecord
  readonly type: InstanceTypeFacts
  readonly count: number
  readonly spot?: SpotPlan | undefined
  readonly interfaces: readonly PlannedInterface[]
  readonly volumes: readonly PlannedVolume[]
  readonly profile?: IamInstanceProfile | undefined
  readonly metadataOptions: InstanceMetadataOptionsResponse
  readonly userData?: string | undefined
  readonly keyPair?: KeyPairRecord['keyPair'] | undefined
  readonly tags: {
    readonly instance: Tags
    readonly volume: Tags
    readonly networkInterface: Tags
    readonly spotRequest: Tags
  }
}

const TAGGED: readonly ResourceType[] = ['instance', 'volume', 'network-interface']
const MAX_INSTANCES = 1000

/** Decides what a RunInstances request makes. Errors: those of EC2, each by its own code. */
export function planLaunch(asked: RunInstancesRequest, call: Call): LaunchPlan {
  const input = withImage(withTemplate(asked, call), call)
  refuseUnmodelledLaunch(input)
  const { image, type } = chooseImage(input, call)
  const spot = planSpot(input)
  const market = spot ? 'spot' : 'on-demand'
  const interfaces = planInterfaces(input, call, zone => hasCapacity({ type, market }, zone, call))
  const zone = interfaces[0]?.subnet.subnet.AvailabilityZone ?? ''
  const count = chooseCount(input, interfaces)
  checkOneOf('InstanceInitiatedShutdownBehavior', input.InstanceInitiatedShutdownBehavior, ['stop', 'terminate'])
  const taggable: ResourceType[] = spot ? [...TAGGED, 'spot-instances-request'] : [...TAGGED]
  const tagsOf = (kind: ResourceType) => tagsFor(kind, input.TagSpecifications, taggable)
  const plan = {
    request: input,
    image,
    type,
    count,
    spot,
    interfaces,
    volumes: planVolumes(image, input.BlockDeviceMappings, zone, call),
    profile: chooseProfile(input.IamInstanceProfile, call.account),
    metadataOptions: changeMetadataOptions(metadataOptionsFor(image.image.ImdsSupport, call), input.MetadataOptions),
    userData: checkUserData(input.UserData),
    keyPair: chooseKeyPair(input, call),
    tags: {
      instance: tagsOf('instance'),
      volume: tagsOf('volume'),
      networkInterface: tagsOf('network-interface'),
      spotRequest: tagsOf('spot-instances-request')
    }
  }
  checkEnforcement(plan.metadataOptions, call)
  // What is only tried is told of permissions and mistakes, not of capacity.
  if (!input.DryRun) checkCapacity({ type, market, count: input.MinCount ?? 1 }, zone, call)
  return plan
}

const withImage = (input: RunInstancesRequest, call: Call): RunInstancesRequest =>
  input.ImageId && isReference(input.ImageId) ? { ...input, ImageId: imageOfReference(input.ImageId, call) } : input

function chooseKeyPair({ KeyName: name }: RunInstancesRequest, call: Call): KeyPairRecord['keyPair'] | undefined {
  if (!name) return undefined
  const found = findKeyPair(name, call)
  if (!found) throw noKeyPair(name)
  return found.keyPair
}

/** As many as asked for, as long as the subnet and the account's limit allow the minimum. */
function chooseCount(
  { MinCount: min = 1, MaxCount: max = 1 }: RunInstancesRequest,
  interfaces: readonly PlannedInterface[]
): number {
  if (!Number.isInteger(min) || min < 1) throw invalidValue('MinCount', `${min}`, 'a whole number from 1')
  if (!Number.isInteger(max) || max < min)
    throw invalidValue('MaxCount', `${max}`, `a whole number from MinCount, ${min}`)
  if (min > MAX_INSTANCES) {
    const limit = `your current instance limit of ${MAX_INSTANCES} allows for the specified instance type`
    throw new ServiceError('InstanceLimitExceeded', `You have requested more instances (${min}) than ${limit}.`)
  }
  const { SubnetId, AvailableIpAddressCount: free = 0 } = interfaces[0]?.subnet.subnet ?? {}
  if (free >= min) return Math.min(max, free, MAX_INSTANCES)
  const sentence = `There are not enough free addresses in subnet '${SubnetId}' to satisfy the requested number of instances.`
  throw new ServiceError('InsufficientFreeAddressesInSubnet', sentence)
}
