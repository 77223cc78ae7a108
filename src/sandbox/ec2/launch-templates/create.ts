import type { CreateLaunchTemplateRequest, CreateLaunchTemplateResult } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import { stopDryRun } from '../dryrun.ts'
import { tagsFor } from '../tags.ts'
import { once } from '../tokens.ts'
import { answerTemplate } from './answer.ts'
import { checkData, warningsOf } from './check-data.ts'
import { findById, ownTemplates } from './find.ts'
import { operatorOf } from './managed.ts'

const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/

/**
 * Makes a launch template with its first version. Of the launch parameters only what EC2 looks at by then is checked;
 * an image that is not there is a warning.
 *
 * @lacks the quota of 5,000 templates a region, warnings but for the image
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
 */
const createTemplate: Handler<CreateLaunchTemplateRequest, CreateLaunchTemplateResult> = (input, call) => {
  const { LaunchTemplateName: name = '', LaunchTemplateData: data = {} } = input
  checkName(name)
  const tags = tagsFor('launch-template', input.TagSpecifications, ['launch-template'])
  if (input.DryRun) checkNew(input, call)
  stopDryRun(input)
  const id = once('CreateLaunchTemplate', input, call, () => {
    checkNew(input, call)
    return makeTemplate(input, tags, call)
  })
  const Warning = warningsOf(data, call)
  return { LaunchTemplate: answerTemplate(findById(id, call)), ...(Warning && { Warning }) }
}

function checkName(name: string): void {
  if (NAME.test(name)) return
  const rule =
    'between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.'
  throw new ServiceError('InvalidLaunchTemplateName.MalformedException', `A launch template name must be ${rule}`)
}

/** What a repeated request with the same ClientToken need not fulfil any more. */
function checkNew(
  { LaunchTemplateName: name, LaunchTemplateData: data = {} }: CreateLaunchTemplateRequest,
  call: Call
) {
  checkData(data, call)
  if (ownTemplates(call).some(({ template }) => template.LaunchTemplateName === name)) {
    throw new ServiceError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.')
  }
}

function makeTemplate(input: CreateLaunchTemplateRequest, tags: Map<string, string>, call: Call): string {
  const LaunchTemplateId = newId('lt')
  const common = {
    LaunchTemplateId,
    LaunchTemplateName: input.LaunchTemplateName ?? '',
    CreateTime: call.now,
    CreatedBy: call.principal,
    Operator: operatorOf(input.Operator)
  }
  const { VersionDescription, LaunchTemplateData = {} } = input
  call.region.launchTemplates.set(LaunchTemplateId, {
    ownerId: call.account,
    tags,
    template: { ...common, DefaultVersionNumber: 1, LatestVersionNumber: 1 },
    versions: new Map([[1, { ...common, VersionNumber: 1, VersionDescription, LaunchTemplateData }]]),
    versionsMade: 1
  })
  return LaunchTemplateId
}

export const createTemplateHandlers = { CreateLaunchTemplate: createTemplate } satisfies Handlers
