import { createHash } from 'node:crypto'
import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2'
import type { SecurityGroupRecord } from '../world/records.ts'

/** Where a group keeps its rules: inbound and outbound. */
export type Side = 'IpPermissions' | 'IpPermissionsEgress'

/** What EC2 compares of a rule, as its error sentences have it. */
export function fingerprint(rule: IpPermission): string {
  const peers = [
    ...(rule.IpRanges ?? []).map(range => range.CidrIp),
    ...(rule.Ipv6Ranges ?? []).map(range => range.CidrIpv6),
    ...(rule.PrefixListIds ?? []).map(list => list.PrefixListId),
    ...(rule.UserIdGroupPairs ?? []).map(pair => pair.GroupId)
  ]
  return `peer: ${peers.join(',')}, ${rule.IpProtocol}, from port: ${rule.FromPort}, to port: ${rule.ToPort}, ALLOW`
}

/** A rule's id. It is made of what the rule says, so that no record has to keep it. */
export function ruleIdOf({ group }: SecurityGroupRecord, side: Side, rule: IpPermission): string {
  const digest = createHash('sha256').update([group.GroupId, side, fingerprint(rule)].join('\n'))
  return `sgr-${digest.digest('hex').slice(0, 17)}`
}

/**
 * A rule with one peer as EC2 answers it; every port is -1.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
 */
export function describeRule(record: SecurityGroupRecord, side: Side, rule: IpPermission): SecurityGroupRule {
  const { GroupId } = record.group
  const { IpRanges: [v4] = [], Ipv6Ranges: [v6] = [], PrefixListIds: [list] = [], UserIdGroupPairs: [pair] = [] } = rule
  return {
    SecurityGroupRuleId: ruleIdOf(record, side, rule),
    GroupId,
    GroupOwnerId: record.ownerId,
    IsEgress: side === 'IpPermissionsEgress',
    IpProtocol: rule.IpProtocol,
    FromPort: rule.FromPort ?? -1,
    ToPort: rule.ToPort ?? -1,
    CidrIpv4: v4?.CidrIp,
    CidrIpv6: v6?.CidrIpv6,
    PrefixListId: list?.PrefixListId,
    ReferencedGroupInfo: pair && { GroupId: pair.GroupId, UserId: pair.UserId },
    Description: (v4 ?? v6 ?? list ?? pair)?.Description
  }
}
