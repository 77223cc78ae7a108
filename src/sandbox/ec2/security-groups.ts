import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { compileFilters, type FilterFields } from '../world/filters.ts'
import { paginate } from '../world/pages.ts'
import type { SecurityGroupRecord, VpcRecord } from '../world/records.ts'
import { stopDryRun } from './dryrun.ts'
import { find, select } from './lookup.ts'
import { defaultVpcOf, makeSecurityGroup } from './make-network.ts'
import { tagSet, tagsFor } from './tags.ts'

const fields: FilterFields<SecurityGroupRecord> = {
  'group-id': ({ group }) => group.GroupId,
  'group-name': ({ group }) => group.GroupName,
  'vpc-id': ({ group }) => group.VpcId,
  'owner-id': ({ ownerId }) => ownerId,
  description: ({ group }) => group.Description,
  'ip-permission.cidr': ({ group }) => group.IpPermissions?.flatMap(rule => rule.IpRanges?.map(range => range.CidrIp)),
  'ip-permission.from-port': ({ group }) => group.IpPermissions?.map(rule => rule.FromPort),
  'ip-permission.to-port': ({ group }) => group.IpPermissions?.map(rule => rule.ToPort),
  'ip-permission.protocol': ({ group }) => group.IpPermissions?.map(rule => rule.IpProtocol)
}

/**
 * Lists the caller's security groups; names alone mean those of the default VPC.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
 */
const describeSecurityGroups: Handler<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult> = (input, call) => {
  const { region, account } = call
  const passes = compileFilters<SecurityGroupRecord>(input.Filters, fields)
  const isOwn = ({ ownerId }: SecurityGroupRecord) => ownerId === account
  const byName = (input.GroupNames ?? []).map(name => findByName(name, call))
  const found = select('securityGroup', input.GroupIds, region.securityGroups, isOwn)
    .filter(record => byName.length === 0 || byName.includes(record))
    .filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  return { SecurityGroups: page.map(record => ({ ...record.group, Tags: tagSet(record, account) })), ...rest }
}

/** A name alone means a group of the default VPC. Errors: InvalidGroup.NotFound. */
export function findByName(name: string, { region, account }: Call): SecurityGroupRecord {
  const vpcId = defaultVpcOf(region, account)?.vpc.VpcId
  const found = findNamed(name, vpcId, region.securityGroups.values())
  if (found) return found
  const sentence = `The security group '${name.slice(0, 255)}' does not exist in default VPC '${vpcId ?? 'none'}'`
  throw new ServiceError('InvalidGroup.NotFound', sentence)
}

const findNamed = (
  name: string,
  vpcId: string | undefined,
  among: Iterable<SecurityGroupRecord>
): SecurityGroupRecord | undefined => [...among].find(({ group }) => group.GroupName === name && group.VpcId === vpcId)

/**
 * Makes a security group in a VPC, in the default one where none is named. Nothing of the guests' network is filtered by it.
 *
 * @lacks the quota of groups
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
const createSecurityGroup: Handler<CreateSecurityGroupRequest, CreateSecurityGroupResult> = (input, call) => {
  const { region, account } = call
  const tags = tagsFor('security-group', input.TagSpecifications, ['security-group'])
  const { GroupName: name = '', Description: description = '' } = input
  checkText('groupName', name)
  checkText('groupDescription', description)
  if (name.startsWith('sg-')) {
    const sentence = `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`
    throw new ServiceError('InvalidParameterValue', sentence)
  }
  const vpc = vpcFor(input.VpcId, call)
  if (findNamed(name, vpc.vpc.VpcId, region.securityGroups.values())) {
    const sentence = `The security group '${name}' already exists for VPC '${vpc.vpc.VpcId}'`
    throw new ServiceError('InvalidGroup.Duplicate', sentence)
  }
  stopDryRun(input)
  const record = makeSecurityGroup(region, vpc, name, description)
  for (const [key, value] of tags) record.tags.set(key, value)
  const { GroupId, SecurityGroupArn } = record.group
  return { GroupId, SecurityGroupArn, Tags: tagSet(record, account) }
}

function vpcFor(id: string | undefined, { region, account }: Call): VpcRecord {
  if (id) return find('vpc', id, region.vpcs, ({ ownerId }) => ownerId === account)
  const vpc = defaultVpcOf(region, account)
  if (vpc) return vpc
  throw new ServiceError('VPCIdNotSpecified', 'No default VPC for this user')
}

function checkText(parameter: string, text: string): void {
  if (/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text)) return
  const sentence = `Value (${text.slice(0, 40)}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`
  throw new ServiceError('InvalidParameterValue', sentence)
}

/**
 * Deletes a security group that no instance and no other group's rule uses.
 *
 * @lacks other uses than by instances and rules
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
 */
const deleteSecurityGroup: Handler<DeleteSecurityGroupRequest, DeleteSecurityGroupResult> = (input, call) => {
  const { region, account } = call
  if (!input.GroupId && !input.GroupName) throw missingParameter('groupId')
  const record = input.GroupId
    ? find('securityGroup', input.GroupId, region.securityGroups, ({ ownerId }) => ownerId === account)
    : findByName(input.GroupName ?? '', call)
  const { GroupId, GroupName } = record.group
  if (GroupName === 'default') {
    throw new ServiceError(
      'CannotDelete',
      `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`
    )
  }
  if (isInUse(GroupId, call)) {
    throw new ServiceError('DependencyViolation', `resource ${GroupId} has a dependent object`)
  }
  stopDryRun(input)
  region.securityGroups.delete(GroupId)
  return { Return: true, GroupId }
}

/** By an instance that has not ended (a terminated one has given its interfaces up), or by another group's rule. */
function isInUse(groupId: string, { region }: Call): boolean {
  const byInstance = [...region.instances.values()].some(({ instance }) =>
    instance.NetworkInterfaces?.some(card => card.Groups?.some(group => group.GroupId === groupId))
  )
  const byRule = [...region.securityGroups.values()].some(
    ({ group }) =>
      group.GroupId !== groupId &&
      [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])].some(rule =>
        rule.UserIdGroupPairs?.some(pair => pair.GroupId === groupId)
      )
  )
  return byInstance || byRule
}

export const securityGroupHandlers = {
  DescribeSecurityGroups: describeSecurityGroups,
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: deleteSecurityGroup
} satisfies Handlers
