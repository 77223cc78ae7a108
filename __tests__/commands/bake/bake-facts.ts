import type { Image, InstanceTypeInfo } from '@aws-sdk/client-ec2'
import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { BakeFacts } from '../../../src/commands/bake/observe/facts.ts'
import { AmiError, Problems } from '../../../src/errors.ts'
import type { Recipe } from '../../../src/recipe/recipe.ts'
import { Workspace } from '../../recipe/workspace.ts'

export const NOW = new Date('2026-06-01T12:34:56Z')
export const ORDER = { run: 'run-1', channel: 'release', timeoutSeconds: 3600, reason: 'it is the first' } as const

/** A recipe as the loader makes it, of `images/web.yml`; what is given is added to it. */
export function load(...lines: readonly string[]): Recipe {
  const workspace = new Workspace()
  try {
    const base = lines.some(line => line.startsWith('base:')) ? [] : ['base: { id: ami-0123456789abcdef0 }']
    return workspace.load(['family: web', 'strategy: partial', ...base, ...lines, ''].join('\n'))
  } finally {
    workspace.remove()
  }
}

export const image = (more: Partial<Image> = {}): Image => ({
  ImageId: 'ami-0123456789abcdef0',
  Name: 'debian-13',
  OwnerId: '136693071363',
  State: 'available',
  Architecture: 'x86_64',
  RootDeviceType: 'ebs',
  RootDeviceName: '/dev/xvda',
  CreationDate: '2026-05-02T12:34:56.000Z',
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-1', VolumeSize: 8, Encrypted: false } }],
  ...more
})

export const type = (name: string, ...architectures: readonly ('x86_64' | 'arm64')[]): InstanceTypeInfo => ({
  InstanceType: name as NonNullable<InstanceTypeInfo['InstanceType']>,
  ProcessorInfo: { SupportedArchitectures: [...architectures] }
})

/** A region with a default VPC of two subnets, and the types that a recipe asks for by default. */
export const facts = (more: Partial<BakeFacts> = {}): BakeFacts => {
  const known = {
    region: 'us-east-1',
    now: NOW,
    bases: [image()],
    instanceTypes: [type('m7i.large', 'x86_64'), type('m6i.large', 'x86_64')],
    subnets: [
      { SubnetId: 'subnet-a', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1a' },
      { SubnetId: 'subnet-b', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1b' }
    ],
    securityGroups: [],
    keys: new Map(),
    keyPolicies: new Map(),
    family: [],
    ...more
  }
  return { ...known, offerings: more.offerings ?? offeredEverywhere(known) }
}

const offeredEverywhere = ({ instanceTypes, subnets }: Pick<BakeFacts, 'instanceTypes' | 'subnets'>) =>
  instanceTypes.flatMap(({ InstanceType }) =>
    subnets.map(({ AvailabilityZone }) => ({ InstanceType, Location: AvailabilityZone }))
  )

export const key = (more: Partial<KeyMetadata> = {}): KeyMetadata => ({
  KeyId: '12345678-1234-1234-1234-123456789012',
  KeyState: 'Enabled',
  KeySpec: 'SYMMETRIC_DEFAULT',
  ...more
})

/** What a body refuses: code, message, hint, line of the recipe; one entry for each problem. */
export function refusals(body: () => unknown): object[] {
  try {
    body()
  } catch (error) {
    if (!(error instanceof AmiError)) throw error
    const problems = error instanceof Problems ? error.problems : [error]
    return problems.map(({ code, message, hint, at }) => ({
      code,
      message,
      ...(hint && { hint }),
      ...(at && { line: at.line })
    }))
  }
  return []
}
