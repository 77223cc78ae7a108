import type {
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  RequestLaunchTemplateData
} from '@aws-sdk/client-ec2'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { once } from '../tokens.ts'
import { answerVersion } from './answer.ts'
import { checkData, warningsOf } from './check-data.ts'
import { findTemplate, findVersion } from './find.ts'
import { checkOperator } from './managed.ts'
import type { LaunchTemplateRecord } from './record.ts'

/**
 * Adds a version: the parameters given, over those of a source version where one is named. The default version stays.
 *
 * @lacks the quota of 10,000 versions a template, warnings but for the image
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
 */
const createVersion: Handler<CreateLaunchTemplateVersionRequest, CreateLaunchTemplateVersionResult> = (input, call) => {
  const record = findTemplate(input, call)
  checkOperator(record)
  if (input.DryRun) dataOf(input, record, call)
  stopDryRun(input)
  const made = once('CreateLaunchTemplateVersion', input, call, () =>
    addVersion(record, input, dataOf(input, record, call), call)
  )
  const version = findVersion(record, made)
  const Warning = warningsOf(version.LaunchTemplateData, call)
  return {
    LaunchTemplateVersion: answerVersion(record, version, input.ResolveAlias, call),
    ...(Warning && { Warning })
  }
}

function dataOf(
  { SourceVersion: source, LaunchTemplateData: given = {} }: CreateLaunchTemplateVersionRequest,
  record: LaunchTemplateRecord,
  call: Call
): RequestLaunchTemplateData {
  const inherited = source ? withoutSnapshots(findVersion(record, source).LaunchTemplateData) : {}
  const data = { ...inherited, ...given }
  checkData(data, call)
  return data
}

/** "Snapshots applied to the block device mapping are ignored … unless they are explicitly included." */
function withoutSnapshots({ BlockDeviceMappings: mappings, ...rest }: RequestLaunchTemplateData) {
  if (!mappings) return rest
  const bare = mappings.map(({ Ebs: ebs, ...mapping }) => {
    const { SnapshotId: _, ...others } = ebs ?? {}
    return { ...mapping, ...(ebs && { Ebs: others }) }
  })
  return { ...rest, BlockDeviceMappings: bare }
}

function addVersion(
  record: LaunchTemplateRecord,
  { VersionDescription }: CreateLaunchTemplateVersionRequest,
  LaunchTemplateData: RequestLaunchTemplateData,
  call: Call
): string {
  const { LaunchTemplateId, LaunchTemplateName, Operator } = record.template
  record.versionsMade++
  const VersionNumber = record.versionsMade
  record.versions.set(VersionNumber, {
    LaunchTemplateId,
    LaunchTemplateName,
    VersionNumber,
    VersionDescription,
    CreateTime: call.now,
    CreatedBy: call.principal,
    Operator,
    LaunchTemplateData
  })
  record.template.LatestVersionNumber = VersionNumber
  return String(VersionNumber)
}

export const createVersionHandlers = { CreateLaunchTemplateVersion: createVersion } satisfies Handlers
