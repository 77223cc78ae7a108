import type { LaunchPermission } from '@aws-sdk/client-ec2'
import type { Added, PointerStep, RefreshStep, Step } from './step.ts'

/** Steps as lines of a summary: what is noted on images is for later runs to read. */
export const sayForReaders = (steps: readonly Step[]): string[] =>
  steps.filter(({ kind }) => !['tag', 'untag', 'confirm-parameter'].includes(kind)).map(sayStep)

/** A step as a line of the plan. */
export function sayStep(step: Step): string {
  switch (step.kind) {
    case 'share':
      return `share ${step.imageId} with ${step.permissions.map(sayPermission).join(', ')}`
    case 'unshare':
      return `no longer share ${step.imageId} with ${step.permissions.map(sayPermission).join(', ')}`
    case 'protect':
      return `protect ${step.imageId} from deregistration`
    case 'tag':
      return `note ${Object.keys(step.tags).map(shorten).join(', ')} on ${step.imageId}`
    case 'untag':
      return `take ${step.keys.map(shorten).join(', ')} off ${step.imageId}`
    case 'deprecate':
      return `deprecate ${step.imageId} on ${step.at.toISOString().slice(0, 10)}`
    case 'cancel-deprecation':
      return `cancel the deprecation of ${step.imageId}`
    case 'enable':
      return `enable ${step.imageId}, which was disabled`
    default:
      return sayPointer(step)
  }
}

function sayPointer(step: PointerStep | RefreshStep): string {
  switch (step.kind) {
    case 'set-parameter':
      return `parameter ${step.name}: ${step.from ? `from ${step.from} to` : 'new, with'} ${step.to}`
    case 'confirm-parameter':
      return `parameter ${step.name}: still ${step.imageId}`
    case 'delete-parameter':
      return `parameter ${step.name}: delete`
    case 'label':
      return `parameter ${step.name}: label ${step.label} to ${sayVersion(step.version)}`
    case 'unlabel':
      return `parameter ${step.name}: take the label ${step.label} off`
    case 'create-template':
      return `launch template ${step.template}: new, with ${step.imageId}`
    case 'delete-template':
      return `launch template ${step.template}: delete`
    case 'add-version':
      return `launch template ${step.template}: version with ${step.imageId}, else like ${step.source}`
    case 'delete-version':
      return `launch template ${step.template}: delete the new version`
    case 'set-default':
      return `launch template ${step.template}: default version: ${sayVersion(step.version)}`
    case 'refresh':
      return `instance refresh of ${step.group}`
  }
}

const sayVersion = (version: number | Added): string => (version === 'added' ? 'the new version' : `version ${version}`)

const shorten = (key: string): string => key.replace(/^ami-action:/, '')

const sayPermission = ({ UserId, OrganizationArn, OrganizationalUnitArn, Group }: LaunchPermission): string =>
  UserId ?? OrganizationArn ?? OrganizationalUnitArn ?? Group ?? ''
