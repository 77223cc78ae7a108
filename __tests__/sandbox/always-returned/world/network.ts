import type { Recorder } from './recorder.ts'

const PEER = { IpRanges: [{ CidrIp: '10.0.0.0/8' }] }

export async function useNetwork({ ec2 }: Recorder): Promise<void> {
  const { Vpc } = await ec2.createVpc({ CidrBlock: '10.0.0.0/16' })
  await ec2.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.1.0/24' })
  await ec2.describeVpcs({})
  await ec2.describeSubnets({})
  const { GroupId } = await ec2.createSecurityGroup({ VpcId: Vpc?.VpcId, GroupName: 'web', Description: 'web' })
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...PEER }]
  await ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions })
  await ec2.authorizeSecurityGroupEgress({ GroupId, IpPermissions })
  await ec2.describeSecurityGroups({})
  await ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions })
  await ec2.revokeSecurityGroupEgress({ GroupId, IpPermissions })
  await ec2.deleteSecurityGroup({ GroupId })
  await ec2.describeRegions({})
  await ec2.describeAvailabilityZones({})
  await ec2.describeAccountAttributes({})
  await ec2.createTags({ Resources: [Vpc?.VpcId ?? ''], Tags: [{ Key: 'of', Value: 'us' }] })
  await ec2.describeTags({})
}

/** An account without a default VPC makes itself one. */
export async function makeDefaultVpc({ ec2 }: Recorder): Promise<void> {
  await ec2.createDefaultVpc({})
}

export async function useKeyPairs({ ec2 }: Recorder): Promise<void> {
  await ec2.createKeyPair({ KeyName: 'made' })
  const { KeyPairs: [made] = [] } = await ec2.describeKeyPairs({ IncludePublicKey: true })
  await ec2.importKeyPair({ KeyName: 'imported', PublicKeyMaterial: new TextEncoder().encode(made?.PublicKey) })
  await ec2.deleteKeyPair({ KeyName: 'imported' })
}
