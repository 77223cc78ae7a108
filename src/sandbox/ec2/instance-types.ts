import type { ArchitectureType, ArchitectureValues, RootDeviceType } from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'

export interface InstanceTypeFacts {
  readonly name: string
  readonly architecture: 'x86_64' | 'arm64'
  readonly vCpus: number
  readonly memoryMiB: number
  readonly hypervisor: 'nitro' | 'xen'
  readonly rootDevices: readonly RootDeviceType[]
  /** Each thread of a core is a vCPU. */
  readonly cores: number
  readonly threadsPerCore: number
}

type Row = readonly [name: string, architecture: 'x86_64' | 'arm64', vCpus: number, memoryGiB: number]

/** @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html */
const ROWS: readonly Row[] = [
  ['c5.large', 'x86_64', 2, 4],
  ['c6i.large', 'x86_64', 2, 4],
  ['c7g.large', 'arm64', 2, 4],
  ['c7i.large', 'x86_64', 2, 4],
  ['c7i.xlarge', 'x86_64', 4, 8],
  ['m1.small', 'x86_64', 1, 1.7],
  ['m3.medium', 'x86_64', 1, 3.75],
  ['m5.large', 'x86_64', 2, 8],
  ['m5.xlarge', 'x86_64', 4, 16],
  ['m6g.large', 'arm64', 2, 8],
  ['m6i.large', 'x86_64', 2, 8],
  ['m7g.large', 'arm64', 2, 8],
  ['m7i.large', 'x86_64', 2, 8],
  ['m7i.xlarge', 'x86_64', 4, 16],
  ['r6i.large', 'x86_64', 2, 16],
  ['t2.micro', 'x86_64', 1, 1],
  ['t3.nano', 'x86_64', 2, 0.5],
  ['t3.micro', 'x86_64', 2, 1],
  ['t3.small', 'x86_64', 2, 2],
  ['t3.medium', 'x86_64', 2, 4],
  ['t3.large', 'x86_64', 2, 8],
  ['t4g.nano', 'arm64', 2, 0.5],
  ['t4g.micro', 'arm64', 2, 1],
  ['t4g.small', 'arm64', 2, 2],
  ['t4g.medium', 'arm64', 2, 4]
]

/** The generations here that can boot an instance-store image, and the ones that are not of the Nitro system. */
const INSTANCE_STORE_ROOT = /^m[13]\./
const XEN = /^(m1|m3|t2)\./

export const INSTANCE_TYPES: ReadonlyMap<string, InstanceTypeFacts> = new Map(ROWS.map(row => [row[0], toFacts(row)]))

function toFacts([name, architecture, vCpus, memoryGiB]: Row): InstanceTypeFacts {
  // Graviton's cores have one thread, as has the half of one that t2.micro and its like are.
  const threadsPerCore = architecture === 'arm64' ? 1 : Math.min(2, vCpus)
  return {
    name,
    architecture,
    vCpus,
    cores: vCpus / threadsPerCore,
    threadsPerCore,
    memoryMiB: memoryGiB * 1024,
    hypervisor: XEN.test(name) ? 'xen' : 'nitro',
    rootDevices: INSTANCE_STORE_ROOT.test(name) ? ['ebs', 'instance-store'] : ['ebs']
  }
}

/** The older types run 32-bit images too. */
export const architecturesOf = ({ architecture, name }: InstanceTypeFacts): ArchitectureType[] =>
  XEN.test(name) ? ['i386', architecture] : [architecture]

/** The facts of a type that RunInstances or ModifyInstanceAttribute names. Errors: InvalidParameterValue. */
export function findInstanceType(name: string): InstanceTypeFacts {
  const found = INSTANCE_TYPES.get(name)
  if (found) return found
  throw new ServiceError('InvalidParameterValue', `Invalid value '${name.slice(0, 60)}' for InstanceType.`)
}

/** Refuses a type whose processor cannot run what the image holds. */
export function checkArchitecture(type: InstanceTypeFacts, architecture: ArchitectureValues | undefined): void {
  if (!architecture || architecturesOf(type).some(own => own === architecture)) return
  throw new ServiceError(
    'InvalidParameterValue',
    `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`
  )
}
