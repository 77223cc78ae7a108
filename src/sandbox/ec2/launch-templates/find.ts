import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { checkId } from '../../world/ids.ts'
import type { LaunchTemplateRecord, TemplateVersion } from './record.ts'

/** A launch template as requests name it: by one of the two. */
export interface TemplateName {
  readonly LaunchTemplateId?: string | undefined
  readonly LaunchTemplateName?: string | undefined
}

/**
 * The caller's launch template of this id or name.
 * Errors: InvalidLaunchTemplateId.*, InvalidLaunchTemplateName.NotFoundException, and where not exactly one is given.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
 */
export function findTemplate({ LaunchTemplateId: id, LaunchTemplateName: name }: TemplateName, call: Call) {
  if (id && name) {
    const sentence = 'The parameters LaunchTemplateId and LaunchTemplateName cannot be used together.'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  if (id) return findById(id, call)
  if (name) return findByName(name, call)
  throw missingParameter('LaunchTemplateId or LaunchTemplateName')
}

/** The caller's launch template of this id. Errors: InvalidLaunchTemplateId.Malformed and .NotFound. */
export function findById(id: string, { region, account }: Call): LaunchTemplateRecord {
  checkId('launchTemplate', id)
  const found = region.launchTemplates.get(id)
  if (found?.ownerId === account) return found
  const sentence = `The specified launch template, with template ID ${id}, does not exist.`
  throw new ServiceError('InvalidLaunchTemplateId.NotFound', sentence)
}

/** The caller's launch template of this name. Errors: InvalidLaunchTemplateName.NotFoundException. */
export function findByName(name: string, call: Call): LaunchTemplateRecord {
  const found = ownTemplates(call).find(({ template }) => template.LaunchTemplateName === name)
  if (found) return found
  const sentence = `The specified launch template, with template name ${name.slice(0, 128)}, does not exist.`
  throw new ServiceError('InvalidLaunchTemplateName.NotFoundException', sentence)
}

/** The launch templates of the account, in the order in which they were made. */
export const ownTemplates = ({ region, account }: Call): LaunchTemplateRecord[] =>
  [...region.launchTemplates.values()].filter(({ ownerId }) => ownerId === account)

/**
 * A version of a template: by number, `$Latest` or `$Default`, which it is where none is named.
 * Errors: InvalidLaunchTemplateId.VersionNotFound; InvalidParameterValue for what is none of these.
 */
export function findVersion({ template, versions }: LaunchTemplateRecord, version = '$Default'): TemplateVersion {
  const found = versions.get(numberOf(version, template))
  if (found) return found
  const sentence = `Could not find the specified version ${version} for the launch template with ID ${template.LaunchTemplateId}.`
  throw new ServiceError('InvalidLaunchTemplateId.VersionNotFound', sentence)
}

function numberOf(version: string, { DefaultVersionNumber, LatestVersionNumber }: LaunchTemplateRecord['template']) {
  if (version === '$Default') return DefaultVersionNumber
  return version === '$Latest' ? LatestVersionNumber : parseVersion(version)
}

/** The number of a version. Errors: InvalidParameterValue. */
export function parseVersion(version: string): number {
  if (/^\d{1,15}$/.test(version)) return Number(version)
  throw invalidValue('launchTemplateVersion', version, 'a version number, $Latest or $Default')
}
