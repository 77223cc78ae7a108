import type { IpPermission } from '@aws-sdk/client-ec2'
import { newId } from '../world/ids.ts'
import type { SecurityGroupRecord, SubnetRecord, VpcRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { zonesOf } from '../world/regions.ts'

const DEFAULT_VPC_CIDR = '172.31.0.0/16'
const FIRST_ADDRESSES_KEPT_BY_AWS = 5

/** Makes a VPC with its `default` security group, as CreateVpc does, and keeps both in the region. */
export function makeVpc(region: Region, account: string, cidr: string, isDefault = false): VpcRecord {
  const VpcId = newId('vpc')
  const record: VpcRecord = {
    ownerId: account,
    tags: new Map(),
    vpc: {
      VpcId,
      OwnerId: account,
      CidrBlock: cidr,
      State: 'available',
      IsDefault: isDefault,
      InstanceTenancy: 'default',
      DhcpOptionsId: newId('dopt'),
      CidrBlockAssociationSet: [
        { AssociationId: newId('vpc-cidr-assoc'), CidrBlock: cidr, CidrBlockState: { State: 'associated' } }
      ]
    }
  }
  region.vpcs.set(VpcId, record)
  const group = makeSecurityGroup(region, record, 'default', 'default VPC security group')
  group.group.IpPermissions = [anyTraffic({ UserIdGroupPairs: [{ GroupId: group.group.GroupId, UserId: account }] })]
  return record
}

/** Makes a subnet and keeps it in the region. `cidr` is a part of the VPC's, with a prefix of 16 to 28 bits. */
export function makeSubnet(
  region: Region,
  vpc: VpcRecord,
  zone: string,
  cidr: string,
  isDefault = false
): SubnetRecord {
  const SubnetId = newId('subnet')
  const bits = Number(cidr.split('/')[1])
  const record: SubnetRecord = {
    ownerId: vpc.ownerId,
    tags: new Map(),
    addresses: new Set(),
    subnet: {
      SubnetId,
      VpcId: vpc.vpc.VpcId,
      OwnerId: vpc.ownerId,
      AvailabilityZone: zone,
      AvailabilityZoneId: `${region.name}-az${zonesOf(region.name).indexOf(zone) + 1}`,
      CidrBlock: cidr,
      AvailableIpAddressCount: 2 ** (32 - bits) - FIRST_ADDRESSES_KEPT_BY_AWS,
      State: 'available',
      DefaultForAz: isDefault,
      MapPublicIpOnLaunch: isDefault,
      AssignIpv6AddressOnCreation: false,
      MapCustomerOwnedIpOnLaunch: false,
      EnableDns64: false,
      Ipv6Native: false,
      Ipv6CidrBlockAssociationSet: [],
      PrivateDnsNameOptionsOnLaunch: {
        HostnameType: 'ip-name',
        EnableResourceNameDnsARecord: false,
        EnableResourceNameDnsAAAARecord: false
      },
      SubnetArn: `arn:aws:ec2:${region.name}:${vpc.ownerId}:subnet/${SubnetId}`
    }
  }
  region.subnets.set(SubnetId, record)
  return record
}

/** Makes a security group without inbound rules, outbound open, and keeps it in the region. */
export function makeSecurityGroup(
  region: Region,
  vpc: VpcRecord,
  name: string,
  description: string
): SecurityGroupRecord {
  const GroupId = newId('sg')
  const record: SecurityGroupRecord = {
    ownerId: vpc.ownerId,
    tags: new Map(),
    group: {
      GroupId,
      GroupName: name,
      Description: description,
      VpcId: vpc.vpc.VpcId,
      OwnerId: vpc.ownerId,
      SecurityGroupArn: `arn:aws:ec2:${region.name}:${vpc.ownerId}:security-group/${GroupId}`,
      IpPermissions: [],
      IpPermissionsEgress: [anyTraffic({ IpRanges: [{ CidrIp: '0.0.0.0/0' }] })]
    }
  }
  region.securityGroups.set(GroupId, record)
  return record
}

/**
 * Makes a default VPC with a public subnet in each zone.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
 */
export function makeDefaultVpc(region: Region, account: string): VpcRecord {
  const vpc = makeVpc(region, account, DEFAULT_VPC_CIDR, true)
  zonesOf(region.name).forEach((zone, i) => {
    makeSubnet(region, vpc, zone, `172.31.${i * 16}.0/20`, true)
  })
  return vpc
}

/** The account's default VPC in this region, if it has one. */
export const defaultVpcOf = (region: Region, account: string): VpcRecord | undefined =>
  [...region.vpcs.values()].find(({ ownerId, vpc }) => ownerId === account && vpc.IsDefault)

const anyTraffic = (peer: IpPermission): IpPermission => ({
  IpProtocol: '-1',
  UserIdGroupPairs: [],
  IpRanges: [],
  Ipv6Ranges: [],
  PrefixListIds: [],
  ...peer
})
