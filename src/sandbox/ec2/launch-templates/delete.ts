import type {
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResult,
  ResponseError
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { answerTemplate } from './answer.ts'
import { findTemplate, parseVersion } from './find.ts'
import { checkOperator } from './managed.ts'
import type { LaunchTemplateRecord } from './record.ts'

const MAX_VERSIONS = 200

/**
 * Deletes a launch template with all of its versions.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html
 */
const deleteTemplate: Handler<DeleteLaunchTemplateRequest, DeleteLaunchTemplateResult> = (input, call) => {
  const record = findTemplate(input, call)
  checkOperator(record)
  stopDryRun(input)
  call.region.launchTemplates.delete(record.template.LaunchTemplateId)
  return { LaunchTemplate: answerTemplate(record) }
}

/**
 * Deletes versions, and says of each that it could not delete why: the default one, and those that are not there.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html
 */
const deleteVersions: Handler<DeleteLaunchTemplateVersionsRequest, DeleteLaunchTemplateVersionsResult> = (
  input,
  call
) => {
  const record = findTemplate(input, call)
  checkOperator(record)
  const numbers = numbersOf(input.Versions)
  stopDryRun(input)
  const { LaunchTemplateId, LaunchTemplateName } = record.template
  const results = numbers.map(VersionNumber => ({
    LaunchTemplateId,
    LaunchTemplateName,
    VersionNumber,
    ResponseError: deleteVersion(record, VersionNumber)
  }))
  return {
    SuccessfullyDeletedLaunchTemplateVersions: results
      .filter(result => !result.ResponseError)
      .map(({ ResponseError: _, ...deleted }) => deleted),
    UnsuccessfullyDeletedLaunchTemplateVersions: results.filter(result => result.ResponseError)
  }
}

function numbersOf(versions: readonly string[] | undefined): number[] {
  if (!versions?.length) throw missingParameter('LaunchTemplateVersion')
  if (versions.length > MAX_VERSIONS) {
    throw invalidValue('LaunchTemplateVersion', `${versions.length} versions`, `${MAX_VERSIONS} at the most`)
  }
  return [...new Set(versions.map(parseVersion))]
}

function deleteVersion({ template, versions }: LaunchTemplateRecord, number: number): ResponseError | undefined {
  if (!versions.has(number)) {
    return { Code: 'launchTemplateVersionDoesNotExist', Message: 'The launch template version does not exist.' }
  }
  if (number === template.DefaultVersionNumber) {
    return { Code: 'unexpectedError', Message: 'The default version of a launch template cannot be deleted.' }
  }
  versions.delete(number)
  template.LatestVersionNumber = Math.max(...versions.keys())
  return undefined
}

export const deleteTemplateHandlers = {
  DeleteLaunchTemplate: deleteTemplate,
  DeleteLaunchTemplateVersions: deleteVersions
} satisfies Handlers
