import {
  EnableAllowedImagesSettingsCommand,
  ReplaceImageCriteriaInAllowedImagesSettingsCommand
} from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import type { Clients } from '../../aws/aws.ts'
import { CLEAN_SINCE } from './observe.ts'
import type { AllowedImagesPlan } from './plan.ts'

/** Does what is planned: what is allowed first, so that enabling never shuts out what it should let in. */
export async function applyAllowedImages({ ec2, ssm }: Clients, plan: AllowedImagesPlan): Promise<void> {
  const { criteria, cleanSince, state } = plan
  if (criteria) await ec2.send(new ReplaceImageCriteriaInAllowedImagesSettingsCommand({ ImageCriteria: [...criteria] }))
  if (cleanSince) {
    const value = { Name: CLEAN_SINCE, Value: cleanSince.toISOString(), Type: 'String', Overwrite: true } as const
    await ssm.send(new PutParameterCommand(value))
  }
  if (state) await ec2.send(new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState: state }))
}
