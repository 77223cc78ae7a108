import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  IpPermission,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import type { SecurityGroupRecord } from '../world/records.ts'
import { stopDryRun } from './dryrun.ts'
import { find } from './lookup.ts'
import { describeRule, fingerprint, ruleIdOf, type Side } from './security-group-rule.ts'
import { findByName } from './security-groups.ts'

type Request = Omit<AuthorizeSecurityGroupIngressRequest, 'GroupId'> & { GroupId?: string | undefined }
type Revocation = Request & { SecurityGroupRuleIds?: string[] | undefined }

const UNMODELLED = ['SourceSecurityGroupName', 'SourceSecurityGroupOwnerId', 'TagSpecifications'] as const

/**
 * Adds inbound rules to a group, one for each peer. Nothing of the guests' network is filtered by them.
 *
 * @lacks tags of rules, SourceSecurityGroupName, checks of protocols and CIDR blocks, the quota of rules
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
 */
const authorizeIngress: Handler<AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult> = (
  input,
  call
) => authorize('IpPermissions', input, call)

/**
 * Adds outbound rules to a group, one for each peer. Nothing of the guests' network is filtered by them.
 *
 * @lacks tags of rules, checks of protocols and CIDR blocks, the quota of rules
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html
 */
const authorizeEgress: Handler<AuthorizeSecurityGroupEgressRequest, AuthorizeSecurityGroupEgressResult> = (
  input,
  call
) => authorize('IpPermissionsEgress', input, call)

/**
 * Takes inbound rules, by their ids or by what they say, out of a group.
 *
 * @lacks that a default VPC's groups ignore rules that they do not have: the request is refused, as in any other VPC
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
 */
const revokeIngress: Handler<RevokeSecurityGroupIngressRequest, RevokeSecurityGroupIngressResult> = (input, call) =>
  revoke('IpPermissions', input, call)

/**
 * Takes outbound rules, by their ids or by what they say, out of a group.
 *
 * @lacks that a default VPC's groups ignore rules that they do not have: the request is refused, as in any other VPC
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
 */
const revokeEgress: Handler<RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult> = (input, call) =>
  revoke('IpPermissionsEgress', input, call)

function authorize(side: Side, input: Request, call: Call): AuthorizeSecurityGroupIngressResult {
  refuseUnmodelled(input, UNMODELLED)
  const record = groupOf(input, call)
  const rules = readRules(input, call)
  const present = record.group[side] ?? []
  const duplicate = rules.find(rule => present.some(other => fingerprint(other) === fingerprint(rule)))
  if (duplicate) {
    const sentence = `the specified rule "${fingerprint(duplicate)}" already exists`
    throw new ServiceError('InvalidPermission.Duplicate', sentence)
  }
  stopDryRun(input)
  record.group[side] = [...present, ...rules]
  return { Return: true, SecurityGroupRules: rules.map(rule => describeRule(record, side, rule)) }
}

function revoke(side: Side, input: Revocation, call: Call): RevokeSecurityGroupIngressResult {
  refuseUnmodelled(input, UNMODELLED)
  const record = groupOf(input, call)
  const present = record.group[side] ?? []
  const gone = new Set(input.SecurityGroupRuleIds ?? readRules(input, call).map(rule => ruleIdOf(record, side, rule)))
  const kept = present.filter(rule => !gone.has(ruleIdOf(record, side, rule)))
  if (present.length - kept.length < gone.size) {
    throw new ServiceError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')
  }
  stopDryRun(input)
  record.group[side] = kept
  const revoked = present.filter(rule => !kept.includes(rule)).map(rule => describeRule(record, side, rule))
  return {
    Return: true,
    RevokedSecurityGroupRules: revoked.map(({ GroupOwnerId: _, ReferencedGroupInfo: referenced, ...rule }) => ({
      ...rule,
      ReferencedGroupId: referenced?.GroupId
    }))
  }
}

function groupOf(input: Request, call: Call): SecurityGroupRecord {
  const { region, account } = call
  if (input.GroupId) {
    return find('securityGroup', input.GroupId, region.securityGroups, ({ ownerId }) => ownerId === account)
  }
  if (input.GroupName) return findByName(input.GroupName, call)
  throw missingParameter('groupId')
}

/** One rule for each protocol, port range and peer: that is what EC2 compares, and what can be revoked. */
function readRules(input: Request, { account }: Call): IpPermission[] {
  const { IpProtocol, FromPort, ToPort, CidrIp } = input
  const simple = IpProtocol ? [{ IpProtocol, FromPort, ToPort, IpRanges: CidrIp ? [{ CidrIp }] : [] }] : []
  const given: IpPermission[] = input.IpPermissions?.length ? input.IpPermissions : simple
  if (given.length === 0) throw missingParameter('ipPermissions')
  return given.flatMap(rule => {
    const ports = { IpProtocol: rule.IpProtocol, FromPort: rule.FromPort, ToPort: rule.ToPort }
    const none = { UserIdGroupPairs: [], IpRanges: [], Ipv6Ranges: [], PrefixListIds: [] }
    return [
      ...(rule.IpRanges ?? []).map(range => ({ ...ports, ...none, IpRanges: [range] })),
      ...(rule.Ipv6Ranges ?? []).map(range => ({ ...ports, ...none, Ipv6Ranges: [range] })),
      ...(rule.PrefixListIds ?? []).map(list => ({ ...ports, ...none, PrefixListIds: [list] })),
      ...(rule.UserIdGroupPairs ?? []).map(pair => ({
        ...ports,
        ...none,
        UserIdGroupPairs: [{ UserId: account, ...pair }]
      }))
    ]
  })
}

export const securityGroupRuleHandlers = {
  AuthorizeSecurityGroupIngress: authorizeIngress,
  AuthorizeSecurityGroupEgress: authorizeEgress,
  RevokeSecurityGroupIngress: revokeIngress,
  RevokeSecurityGroupEgress: revokeEgress
} satisfies Handlers
