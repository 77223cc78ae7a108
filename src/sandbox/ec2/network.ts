import type {
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult
} from '@aws-sdk/client-ec2'
import { invalidValue } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { compileFilters } from '../world/filters.ts'
import { paginate } from '../world/pages.ts'
import type { SubnetRecord, VpcRecord } from '../world/records.ts'
import { stopDryRun } from './dryrun.ts'
import { select } from './lookup.ts'
import { defaultVpcOf } from './make-network.ts'
import { tagSet } from './tags.ts'

/**
 * Lists the caller's VPCs.
 *
 * @lacks IPv6
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
 */
const describeVpcs: Handler<DescribeVpcsRequest, DescribeVpcsResult> = (input, { region, account }) => {
  const passes = compileFilters<VpcRecord>(input.Filters, {
    'vpc-id': ({ vpc }) => vpc.VpcId,
    cidr: ({ vpc }) => vpc.CidrBlock,
    'cidr-block-association.cidr-block': ({ vpc }) => vpc.CidrBlock,
    'is-default': ({ vpc }) => vpc.IsDefault,
    isDefault: ({ vpc }) => vpc.IsDefault,
    'owner-id': ({ ownerId }) => ownerId,
    state: ({ vpc }) => vpc.State
  })
  const found = select('vpc', input.VpcIds, region.vpcs, ({ ownerId }) => ownerId === account).filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  return { Vpcs: page.map(record => ({ ...record.vpc, Tags: tagSet(record, account) })), ...rest }
}

/**
 * Lists the caller's subnets, with how many addresses are left in each.
 *
 * @lacks IPv6, shared subnets
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
 */
const describeSubnets: Handler<DescribeSubnetsRequest, DescribeSubnetsResult> = (input, { region, account }) => {
  const passes = compileFilters<SubnetRecord>(input.Filters, {
    'subnet-id': ({ subnet }) => subnet.SubnetId,
    'subnet-arn': ({ subnet }) => subnet.SubnetArn,
    'vpc-id': ({ subnet }) => subnet.VpcId,
    'availability-zone': ({ subnet }) => subnet.AvailabilityZone,
    availabilityZone: ({ subnet }) => subnet.AvailabilityZone,
    'availability-zone-id': ({ subnet }) => subnet.AvailabilityZoneId,
    'available-ip-address-count': ({ subnet }) => subnet.AvailableIpAddressCount,
    'cidr-block': ({ subnet }) => subnet.CidrBlock,
    'default-for-az': ({ subnet }) => subnet.DefaultForAz,
    defaultForAz: ({ subnet }) => subnet.DefaultForAz,
    'map-public-ip-on-launch': ({ subnet }) => subnet.MapPublicIpOnLaunch,
    'owner-id': ({ ownerId }) => ownerId,
    state: ({ subnet }) => subnet.State
  })
  const found = select('subnet', input.SubnetIds, region.subnets, ({ ownerId }) => ownerId === account).filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  return { Subnets: page.map(record => ({ ...record.subnet, Tags: tagSet(record, account) })), ...rest }
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  'supported-platforms': 'VPC',
  'max-instances': '20',
  'vpc-max-security-groups-per-interface': '5',
  'max-elastic-ips': '5',
  'vpc-max-elastic-ips': '5'
}

/**
 * The account's default VPC reads `none` where it has none.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
 */
const describeAccountAttributes: Handler<DescribeAccountAttributesRequest, DescribeAccountAttributesResult> = (
  input,
  { region, account }
) => {
  const all: Record<string, string> = {
    ...ATTRIBUTES,
    'default-vpc': defaultVpcOf(region, account)?.vpc.VpcId ?? 'none'
  }
  const names = input.AttributeNames?.length ? input.AttributeNames : Object.keys(all)
  const unknown = names.find(name => !Object.hasOwn(all, name))
  if (unknown) throw invalidValue('AttributeName', unknown.slice(0, 60), `one of ${Object.keys(all).join(', ')}`)
  stopDryRun(input)
  return {
    AccountAttributes: names.map(name => ({
      AttributeName: name,
      AttributeValues: [{ AttributeValue: all[name] }]
    }))
  }
}

export const networkHandlers = {
  DescribeVpcs: describeVpcs,
  DescribeSubnets: describeSubnets,
  DescribeAccountAttributes: describeAccountAttributes
} satisfies Handlers
