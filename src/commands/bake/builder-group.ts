import { CreateSecurityGroupCommand, DescribeSecurityGroupsCommand, type SecurityGroup } from '@aws-sdk/client-ec2'
import type { Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { AmiError } from '../../errors.ts'
import { TAGS } from '../../image/tags.ts'

const NAME = 'ami-action-builder'

/**
 * The security group for builders of a VPC where the recipe names none: no inbound rules. It is made once for all
 * bakes and stays: a group of each run's own could only be deleted after its instance is gone, which nobody waits for.
 * Errors: NETWORK, where somebody gave it inbound rules.
 */
export async function ensureBuilderGroup(clients: Clients, vpcId: string): Promise<string> {
  const existing = (await find(clients, vpcId)) ?? (await create(clients, vpcId))
  if ((existing.IpPermissions ?? []).length > 0) {
    const hint = 'Remove its inbound rules, or name another group under `builder: { security-groups: […] }`.'
    throw new AmiError('NETWORK', `Expected no inbound rules in the group ${NAME} (${existing.GroupId})`, { hint })
  }
  return existing.GroupId ?? ''
}

async function find(clients: Clients, vpcId: string): Promise<SecurityGroup | undefined> {
  const filters = [
    { Name: 'group-name', Values: [NAME] },
    { Name: 'vpc-id', Values: [vpcId] }
  ]
  const { SecurityGroups: groups = [] } = await clients.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: filters })
  )
  return groups[0]
}

async function create(clients: Clients, vpcId: string): Promise<SecurityGroup> {
  const tags = [{ Key: TAGS.managed, Value: 'true' }]
  const command = new CreateSecurityGroupCommand({
    GroupName: NAME,
    Description: 'Builders of AMI Action: no inbound access',
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: tags }]
  })
  try {
    const { GroupId: id } = await clients.ec2.send(command)
    return { GroupId: id }
  } catch (error) {
    const other = serviceErrorName(error) === 'InvalidGroup.Duplicate' ? await find(clients, vpcId) : undefined
    if (other) return other
    throw error
  }
}
