import { DescribeImageReferencesCommand, type ResourceTypeRequest } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import { collectByToken } from '../references/source.ts'

const EVERYTHING: ResourceTypeRequest[] = [
  {
    ResourceType: 'ec2:Instance',
    ResourceTypeOptions: [
      { OptionName: 'state-name', OptionValues: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'] }
    ]
  },
  {
    ResourceType: 'ec2:LaunchTemplate',
    ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['10000'] }]
  },
  { ResourceType: 'ssm:Parameter' },
  { ResourceType: 'imagebuilder:ImageRecipe' },
  { ResourceType: 'imagebuilder:ContainerRecipe' }
]

/**
 * What EC2 itself knows to name an image, in any version of any launch template.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-ami-references.html
 */
export async function readNamedBy({ ec2 }: Clients, imageId: string): Promise<string[]> {
  const request = { ImageIds: [imageId], ResourceTypes: EVERYTHING }
  try {
    const ask = (token: object) => ec2.send(new DescribeImageReferencesCommand({ ...request, ...token }))
    const found = await collectByToken(ask, page => page.ImageReferences)
    return found.map(({ Arn: arn = '', ResourceType: type }) => arn || String(type))
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** Whether a call failed because the image is not there any more. */
export const isGone = (error: unknown): boolean =>
  /^InvalidAMIID\.(?:NotFound|Unavailable)$/.test(serviceErrorName(error))
