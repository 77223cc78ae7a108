import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2'
import type { BakePlan } from './plan.ts'
import { afterBoost, withSpeed } from './plan-boost.ts'

type PlannedVolumes = Pick<BakePlan, 'blockDeviceMappings' | 'boost' | 'keptDevices'>

const COMPARED = ['VolumeType', 'VolumeSize', 'Iops', 'Throughput', 'Encrypted', 'DeleteOnTermination'] as const

/** In which the volumes of an image are not what they were to be, a sentence each; what was left to EC2 does not count. */
export function findDifferences(
  { blockDeviceMappings: mappings, boost, keptDevices = [] }: PlannedVolumes,
  found: readonly BlockDeviceMapping[]
): string[] {
  const planned = boost ? withSpeed(mappings, boost.device, afterBoost(mappings, boost)) : mappings
  return planned.flatMap(({ DeviceName: device, Ebs: wanted = {} }) => {
    const actual = found.find(each => each.DeviceName === device)?.Ebs
    if (!actual) return [`Expected the image to have a volume as ${device}, found none`]
    const inImage = { ...wanted, DeleteOnTermination: !keptDevices.includes(device ?? '') }
    return COMPARED.flatMap(name => compare(device, name, inImage, actual))
  })
}

function compare(
  device: string | undefined,
  name: (typeof COMPARED)[number],
  wanted: EbsBlockDevice,
  actual: EbsBlockDevice
): string[] {
  if (wanted[name] === undefined || wanted[name] === actual[name]) return []
  return [`Expected the image's volume ${device} to have ${name} ${wanted[name]}, found ${actual[name]}`]
}
