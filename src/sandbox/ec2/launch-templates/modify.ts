import type { ModifyLaunchTemplateRequest, ModifyLaunchTemplateResult } from '@aws-sdk/client-ec2'
import type { Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { answerTemplate } from './answer.ts'
import { findTemplate, findVersion } from './find.ts'
import { checkOperator } from './managed.ts'

/**
 * Sets the version that is used where none is named.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html
 */
const modifyTemplate: Handler<ModifyLaunchTemplateRequest, ModifyLaunchTemplateResult> = (input, call) => {
  const record = findTemplate(input, call)
  checkOperator(record)
  const { VersionNumber } = findVersion(record, input.DefaultVersion)
  stopDryRun(input)
  record.template.DefaultVersionNumber = VersionNumber
  return { LaunchTemplate: answerTemplate(record) }
}

export const modifyTemplateHandlers = { ModifyLaunchTemplate: modifyTemplate } satisfies Handlers
