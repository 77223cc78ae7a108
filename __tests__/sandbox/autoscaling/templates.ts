import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../support/sandbox.ts'
import { IMAGES } from '../ec2/fixture.ts'

const DATA: RequestLaunchTemplateData = { ImageId: IMAGES.linux, InstanceType: 't3.micro' }

/** A launch template; its id. */
export async function makeTemplate(
  { ec2 }: Clients,
  data: RequestLaunchTemplateData = {},
  LaunchTemplateName = 'web'
): Promise<string> {
  const LaunchTemplateData = { ...DATA, ...data }
  const { LaunchTemplate } = await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }))
  return LaunchTemplate?.LaunchTemplateId ?? ''
}

/** A further version, which becomes the default one. */
export async function addVersion({ ec2 }: Clients, id: string, data: RequestLaunchTemplateData = {}): Promise<string> {
  const LaunchTemplateData = { ...DATA, ...data }
  const command = new CreateLaunchTemplateVersionCommand({ LaunchTemplateId: id, LaunchTemplateData })
  const { LaunchTemplateVersion } = await ec2.send(command)
  const number = String(LaunchTemplateVersion?.VersionNumber)
  await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion: number }))
  return number
}
