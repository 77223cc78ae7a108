import { randomUUID } from 'node:crypto'
import type { Call } from '../handler.ts'
import type { Region } from '../world/region.ts'
import { validationError } from './errors.ts'
import type { GroupRecord, LaunchConfigurationRecord } from './records.ts'

/** A group as a transition names it. */
export interface GroupName {
  readonly region: string
  readonly account: string
  readonly group: string
}

/** Names are unique per account and region: the key of groups and launch configurations. */
export const keyOf = (account: string, name: string): string => `${account}/${name}`

export const nameOf = ({ ownerId, group }: GroupRecord, region: Region): GroupName => ({
  region: region.name,
  account: ownerId,
  group: group.AutoScalingGroupName
})

type Kind = 'autoScalingGroup' | 'launchConfiguration'

/** A new ARN, such as `arn:aws:autoscaling:REGION:ACCOUNT:autoScalingGroup:UUID:autoScalingGroupName/NAME`. */
export const newArn = (kind: Kind, name: string, { region, account }: Call): string =>
  `arn:aws:autoscaling:${region.name}:${account}:${kind}:${randomUUID()}:${kind}Name/${name}`

/** Refuses a name that is not 1 to 255 of the documented characters. Errors: ValidationError. */
export function checkName(parameter: string, name: string): void {
  if (/^[\x21-\x39\x3b-\x7e][\x20-\x39\x3b-\x7e]{0,254}$/.test(name)) return
  throw validationError(`1 validation error detected: Value '${name.slice(0, 60)}' at '${parameter}' failed`)
}

/** The group of this name. Errors: ValidationError. */
export function findGroup(name: string | undefined, { region, account }: Call): GroupRecord {
  const record = region.autoScalingGroups.get(keyOf(account, name ?? ''))
  if (record) return record
  throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${(name ?? '').slice(0, 255)}' not found`)
}

/** The launch configuration of this name. Errors: ValidationError. */
export function findLaunchConfiguration(
  name: string | undefined,
  { region, account }: Call
): LaunchConfigurationRecord {
  const record = region.launchConfigurations.get(keyOf(account, name ?? ''))
  if (record) return record
  const given = (name ?? '').slice(0, 255)
  throw validationError(`Launch configuration name not found - Launch configuration ${given} not found`)
}
