import type { ScalingProcessQuery } from '@aws-sdk/client-auto-scaling'
import type { Handler, Handlers } from '../handler.ts'
import { validationError } from './errors.ts'
import { findGroup } from './names.ts'
import { reconcileSoon } from './reconcile.ts'

const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions'
]

/** The processes of a request: all where it names none. Errors: ValidationError. */
function chooseProcesses({ ScalingProcesses: names }: ScalingProcessQuery): readonly string[] {
  const unknown = names?.find(name => !PROCESSES.includes(name))
  if (unknown !== undefined) throw validationError(`Invalid ScalingProcess ${unknown.slice(0, 60)}`)
  return names?.length ? names : PROCESSES
}

/**
 * Suspends processes of a group.
 *
 * @lacks processes other than Launch, Terminate, HealthCheck, ReplaceUnhealthy and InstanceRefresh have nothing to suspend
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html
 */
const suspendProcesses: Handler<ScalingProcessQuery, undefined> = (input, call) => {
  const { suspended } = findGroup(input.AutoScalingGroupName, call)
  for (const name of chooseProcesses(input)) suspended.add(name)
  return undefined
}

/**
 * Resumes processes of a group, which catches up.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html
 */
const resumeProcesses: Handler<ScalingProcessQuery, undefined> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  for (const name of chooseProcesses(input)) record.suspended.delete(name)
  reconcileSoon({ record, call })
  return undefined
}

export const processHandlers = {
  SuspendProcesses: suspendProcesses,
  ResumeProcesses: resumeProcesses
} satisfies Handlers
