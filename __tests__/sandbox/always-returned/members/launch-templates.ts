import { membersOf } from '../documents.ts'

const TEMPLATE = '{LaunchTemplateId,LaunchTemplateName,CreateTime,CreatedBy,DefaultVersionNumber,LatestVersionNumber}'
const VERSION = `{
  LaunchTemplateId,LaunchTemplateName,VersionNumber,CreateTime,CreatedBy,DefaultVersion,LaunchTemplateData
}`

export const launchTemplateMembers = membersOf('ec2', [
  ['CreateLaunchTemplate', 'example', `LaunchTemplate.${TEMPLATE}`],
  ['CreateLaunchTemplateVersion', 'example', `LaunchTemplateVersion.${VERSION}`],
  ['ModifyLaunchTemplate', 'example', `LaunchTemplate.${TEMPLATE}`],
  ['DescribeLaunchTemplates', 'example', `LaunchTemplates[].${TEMPLATE}`],
  ['DescribeLaunchTemplateVersions', 'example', `LaunchTemplateVersions[].${VERSION}`],
  [
    'DeleteLaunchTemplateVersions',
    'example',
    'SuccessfullyDeletedLaunchTemplateVersions[].{LaunchTemplateId,LaunchTemplateName,VersionNumber}',
    'UnsuccessfullyDeletedLaunchTemplateVersions[]'
  ],
  ['DeleteLaunchTemplate', 'example', `LaunchTemplate.${TEMPLATE}`],
  ['GetLaunchTemplateData', 'example', 'LaunchTemplateData.{ImageId,InstanceType,EbsOptimized}']
])
