import type { Recorder } from './recorder.ts'

/** Result: the name of a template. */
export async function useLaunchTemplates({ ec2 }: Recorder, ImageId: string, InstanceId: string): Promise<string> {
  const LaunchTemplateName = 'web'
  const LaunchTemplateData = { ImageId, InstanceType: 't3.micro' } as const
  await ec2.createLaunchTemplate({ LaunchTemplateName, LaunchTemplateData })
  await ec2.createLaunchTemplateVersion({ LaunchTemplateName, LaunchTemplateData })
  await ec2.createLaunchTemplateVersion({ LaunchTemplateName, LaunchTemplateData })
  await ec2.modifyLaunchTemplate({ LaunchTemplateName, DefaultVersion: '2' })
  await ec2.deleteLaunchTemplateVersions({ LaunchTemplateName, Versions: ['3'] })
  await ec2.describeLaunchTemplates({})
  await ec2.describeLaunchTemplateVersions({ LaunchTemplateName })
  await ec2.getLaunchTemplateData({ InstanceId })
  await ec2.createLaunchTemplate({ LaunchTemplateName: 'gone', LaunchTemplateData })
  await ec2.deleteLaunchTemplate({ LaunchTemplateName: 'gone' })
  return LaunchTemplateName
}
