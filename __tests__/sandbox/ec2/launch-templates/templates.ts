import {
  CreateLaunchTemplateCommand,
  type CreateLaunchTemplateCommandInput,
  CreateLaunchTemplateVersionCommand,
  type CreateLaunchTemplateVersionCommandInput,
  DescribeLaunchTemplateVersionsCommand,
  type DescribeLaunchTemplateVersionsCommandInput,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  type RequestLaunchTemplateData
} from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { advance, type Clients, type RunningSandbox } from '../../../support/sandbox.ts'
import { IMAGES } from '../fixture.ts'

export const DATA: RequestLaunchTemplateData = { ImageId: IMAGES.linux, InstanceType: 't3.micro' }

export async function createTemplate(
  { ec2 }: Clients,
  change: Partial<CreateLaunchTemplateCommandInput> = {}
): Promise<LaunchTemplate & { LaunchTemplateId: string }> {
  const request = { LaunchTemplateName: 'web', LaunchTemplateData: DATA, ...change }
  const { LaunchTemplate: template } = await ec2.send(new CreateLaunchTemplateCommand(request))
  return { ...template, LaunchTemplateId: template?.LaunchTemplateId ?? '' }
}

/** Adds a version to the template `web`, unless another is named. */
export async function addVersion(
  { ec2 }: Clients,
  LaunchTemplateData: RequestLaunchTemplateData,
  change: Partial<CreateLaunchTemplateVersionCommandInput> = {}
): Promise<LaunchTemplateVersion | undefined> {
  const request = { LaunchTemplateName: 'web', LaunchTemplateData, ...change }
  return (await ec2.send(new CreateLaunchTemplateVersionCommand(request))).LaunchTemplateVersion
}

export async function versionsOf(
  { ec2 }: Clients,
  request: DescribeLaunchTemplateVersionsCommandInput = { LaunchTemplateName: 'web' }
): Promise<LaunchTemplateVersion[]> {
  return (await ec2.send(new DescribeLaunchTemplateVersionsCommand(request))).LaunchTemplateVersions ?? []
}

/** A parameter that holds an image, and has been validated. */
export async function putImage(sandbox: RunningSandbox, { ssm }: Clients, Name: string, Value: string): Promise<void> {
  const request = { Name, Value, Type: 'String', DataType: 'aws:ec2:image', Overwrite: true } as const
  await ssm.send(new PutParameterCommand(request))
  await advance(sandbox, 600)
}
