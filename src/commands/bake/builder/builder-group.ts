import { CreateSecurityGroupCommand, DescribeSecurityGroupsCommand, type SecurityGroup } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import { pause } from '../../../aws/poller.ts'
import { AmiError } from '../../../errors.ts'
import { TAGS, toTagList } from '../../../image/tags.ts'
import type { BakePlan } from '../plan/plan.ts'

type GroupPlan = Pick<BakePlan, 'vpcId' | 'tags'>

const NAME = 'ami-action-builder'
const VISIBLE_READS = 30

/**
 * The security group for builders of a VPC where the recipe names none: no inbound rules. It is made once for all
 * bakes and stays: a group of each run's own could only be deleted after its instance is gone, which nobody waits for.
 * Errors: NETWORK, where somebody gave it inbound rules.
 */
export async function ensureBuilderGroup(clients: Clients, plan: GroupPlan, signal: AbortSignal): Promise<string> {
  const existing = (await find(clients, plan.vpcId)) ?? (await create(clients, plan, signal))
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

async function create(clients: Clients, { vpcId, tags }: GroupPlan, signal: AbortSignal): Promise<SecurityGroup> {
  const command = new CreateSecurityGroupCommand({
    GroupName: NAME,
    Description: 'Builders of AMI Action: no inbound access',
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: toTagList(lastingTags(tags)) }]
  })
  try {
    await clients.ec2.send(command)
  } catch (error) {
    if (serviceErrorName(error) !== 'InvalidGroup.Duplicate') throw error
  }
  return awaitVisible(clients, vpcId, signal)
}

/** The group outlives the run, so it carries the user's tags and `managed`, not those of the run. */
const lastingTags = (tags: BakePlan['tags']) =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key === TAGS.managed || !key.startsWith('ami-action:')))

/** EC2 is eventually consistent: a launch just after the creation may not know the group yet. */
async function awaitVisible(clients: Clients, vpcId: string, signal: AbortSignal): Promise<SecurityGroup> {
  for (let left = VISIBLE_READS; ; left--) {
    const group = await find(clients, vpcId)
    if (group) return group
    if (left === 0) throw new AmiError('EC2', `The security group ${NAME} of ${vpcId} was created but can't be seen`)
    await pause(1000, signal)
  }
}
