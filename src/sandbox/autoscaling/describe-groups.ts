import type {
  AutoScalingGroup,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstancesType,
  DescribeAutoScalingInstancesType,
  Filter
} from '@aws-sdk/client-auto-scaling'
import type { Call, Handler, Handlers } from '../handler.ts'
import { compileWildcards } from '../world/wildcards.ts'
import { isWarm } from './capacity.ts'
import { validationError } from './errors.ts'
import { keyOf } from './names.ts'
import { paginate } from './pages.ts'
import type { GroupRecord } from './records.ts'
import { describeTagsOf } from './tags.ts'

/**
 * Describes groups with their instances, unless IncludeInstances is false; names that do not exist are left out.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
 */
const describeAutoScalingGroups: Handler<AutoScalingGroupNamesType, AutoScalingGroupsType> = (input, call) => {
  const tests = (input.Filters ?? []).map(compileFilter)
  const found = selected(input.AutoScalingGroupNames, call).filter(record => tests.every(test => test(record)))
  const { page, ...more } = paginate(found, input)
  return { AutoScalingGroups: page.map(record => answer(record, input.IncludeInstances ?? true)), ...more }
}

function selected(names: readonly string[] | undefined, call: Call): GroupRecord[] {
  const all = call.region.autoScalingGroups
  if (!names?.length) return groupsOf(call)
  return [...new Set(names)].flatMap(name => all.get(keyOf(call.account, name)) ?? [])
}

const groupsOf = ({ region, account }: Call): GroupRecord[] =>
  [...region.autoScalingGroups.values()].filter(({ ownerId }) => ownerId === account)

function answer(record: GroupRecord, withInstances: boolean): AutoScalingGroup {
  const members = [...record.members.values()]
  const live = members.filter(member => !isWarm(member))
  return {
    ...record.group,
    Instances: withInstances ? live.map(({ instance }) => instance) : [],
    Tags: describeTagsOf(record),
    SuspendedProcesses: [...record.suspended].map(ProcessName => ({
      ProcessName,
      SuspensionReason: 'User suspended'
    })),
    ...(record.warmPool && {
      WarmPoolConfiguration: record.warmPool,
      WarmPoolSize: members.length - live.length
    })
  }
}

/** What a filter compares: `tag-key`, `tag-value` or `tag:KEY`. */
function compileFilter({ Name: name = '', Values: values = [] }: Filter): (record: GroupRecord) => boolean {
  const patterns = values.map(compileWildcards)
  const isOne = (text: string | undefined) => text !== undefined && patterns.some(matches => matches(text))
  if (name.startsWith('tag:')) return ({ tags }) => isOne(tags.get(name.slice('tag:'.length))?.value)
  if (name === 'tag-key') return ({ tags }) => [...tags.keys()].some(isOne)
  if (name === 'tag-value') return ({ tags }) => [...tags.values()].some(({ value }) => isOne(value))
  throw validationError(`Filter type ${name.slice(0, 60)} is not correct.`)
}

const MAX_INSTANCES = 50

/**
 * Describes the instances of groups, those of warm pools as well; ids that are of no group are left out.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
 */
const describeAutoScalingInstances: Handler<DescribeAutoScalingInstancesType, AutoScalingInstancesType> = (
  input,
  call
) => {
  const wanted = input.InstanceIds?.length ? new Set(input.InstanceIds) : undefined
  if (wanted && wanted.size > MAX_INSTANCES) throw validationError(`Up to ${MAX_INSTANCES} instance ids are taken.`)
  const all = groupsOf(call).flatMap(({ group, members }) =>
    [...members.values()].map(({ instance }) => ({
      ...instance,
      HealthStatus: (instance.HealthStatus ?? '').toUpperCase(),
      AutoScalingGroupName: group.AutoScalingGroupName
    }))
  )
  const found = wanted ? all.filter(({ InstanceId }) => wanted.has(InstanceId)) : all
  const { page, ...more } = paginate(found, input, MAX_INSTANCES)
  return { AutoScalingInstances: page, ...more }
}

export const describeGroupHandlers = {
  DescribeAutoScalingGroups: describeAutoScalingGroups,
  DescribeAutoScalingInstances: describeAutoScalingInstances
} satisfies Handlers
