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
import type { SecurityGroupRecord } from '../world/records.ts'
import { stopDryRun } from './dryrun.ts'
import { find } from './lookup.ts'
import { findByName } from './security-groups.ts'

type Request = Omit<AuthorizeSecurityGroupIngressRequest, 'GroupId'> & { GroupId?: string | undefined }
type Side = 'IpPermissions' | 'IpPermissionsEgress'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
const authorizeIngress: Handler<AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult> = (
  input,
  call
) => authorize('IpPermissions', input, call)

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
const authorizeEgress: Handler<AuthorizeSecurityGroupEgressRequest, AuthorizeSecurityGroupEgressResult> = (
  input,
  call
) => authorize('IpPermissionsEgress', input, call)

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html */
const revokeIngress: Handler<RevokeSecurityGroupIngressRequest, RevokeSecurityGroupIngressResult> = (input, call) =>
  revoke('IpPermissions', input, call)

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html */
const revokeEgress: Handler<RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult> = (input, call) =>
  revoke('IpPermissionsEgress', input, call)

function authorize(side: Side, input: Request, call: Call): { Return: boolean } {
  const { group } = groupOf(input, call)
  const rules = readRules(input, call)
  const present = group[side] ?? []
  const duplicate = rules.find(rule => present.some(other => fingerprint(other) === fingerprint(rule)))
  if (duplicate) {
    const sentence = `the specified rule "${fingerprint(duplicate)}" already exists`
    throw new ServiceError('InvalidPermission.Duplicate', sentence)
  }
  stopDryRun(input)
  group[side] = [...present, ...rules]
  return { Return: true }
}

function revoke(side: Side, input: Request, call: Call): { Return: boolean } {
  const { group } = groupOf(input, call)
  const gone = new Set(readRules(input, call).map(fingerprint))
  const kept = (group[side] ?? []).filter(rule => !gone.has(fingerprint(rule)))
  if ((group[side] ?? []).length - kept.length < gone.size) {
    throw new ServiceError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')
  }
  stopDryRun(input)
  group[side] = kept
  return { Return: true }
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

function fingerprint(rule: IpPermission): string {
  const peers = [
    ...(rule.IpRanges ?? []).map(range => range.CidrIp),
    ...(rule.Ipv6Ranges ?? []).map(range => range.CidrIpv6),
    ...(rule.PrefixListIds ?? []).map(list => list.PrefixListId),
    ...(rule.UserIdGroupPairs ?? []).map(pair => pair.GroupId)
  ]
  return `peer: ${peers.join(',')}, ${rule.IpProtocol}, from port: ${rule.FromPort}, to port: ${rule.ToPort}, ALLOW`
}

export const securityGroupRuleHandlers = {
  AuthorizeSecurityGroupIngress: authorizeIngress,
  AuthorizeSecurityGroupEgress: authorizeEgress,
  RevokeSecurityGroupIngress: revokeIngress,
  RevokeSecurityGroupEgress: revokeEgress
} satisfies Handlers
