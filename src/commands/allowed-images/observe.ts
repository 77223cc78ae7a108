import { GetAllowedImagesSettingsCommand, paginateDescribeInstanceImageMetadata } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import type { Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import type { AllowedImagesFacts } from './facts.ts'

/** Where a region keeps since when its audit is clean. */
export const CLEAN_SINCE = '/ami-action/allowed-images/clean-since'

/** Reads the settings and what they would mean. Errors: what a denied or failed read says; nothing is known then. */
export async function observeAllowedImages(
  clients: Clients,
  providers: readonly string[]
): Promise<AllowedImagesFacts> {
  const [settings, disallowed, cleanSince] = await Promise.all([
    clients.ec2.send(new GetAllowedImagesSettingsCommand({})),
    readDisallowed(clients),
    readCleanSince(clients)
  ])
  const { State: state, ImageCriteria: criteria = [], ManagedBy: managedBy = 'account' } = settings
  return {
    state: state === 'enabled' || state === 'audit-mode' ? state : 'disabled',
    criteria,
    managedBy,
    providers,
    disallowed,
    ...(cleanSince && { cleanSince })
  }
}

async function readDisallowed({ ec2 }: Clients): Promise<AllowedImagesFacts['disallowed']> {
  const found: AllowedImagesFacts['disallowed'][number][] = []
  const Filters = [
    { Name: 'instance-state-name', Values: ['pending', 'running'] },
    { Name: 'image-allowed', Values: ['false'] }
  ]
  for await (const page of paginateDescribeInstanceImageMetadata({ client: ec2, pageSize: 1_000 }, { Filters })) {
    for (const { InstanceId: instanceId = '', ImageMetadata: image } of page.InstanceImageMetadata ?? [])
      found.push({ instanceId, imageId: image?.ImageId ?? '' })
  }
  return found
}

async function readCleanSince({ ssm }: Clients): Promise<Date | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: CLEAN_SINCE }))
    const date = new Date(Parameter?.Value ?? Number.NaN)
    return Number.isNaN(date.getTime()) ? undefined : date
  } catch (error) {
    if (serviceErrorName(error) === 'ParameterNotFound') return undefined
    throw error
  }
}
