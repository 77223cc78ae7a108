import type { BakePlan } from './plan.ts'
import { sayCandidate } from './plan-candidates.ts'

/** The plan, line by line, for the log: what will be made, from what, where. */
export function describePlan(plan: BakePlan): string[] {
  const { unfinished } = plan
  if (unfinished)
    return [
      `take up the image ${unfinished.imageId} (${unfinished.name}), which an interrupted bake of the same content left`
    ]
  return [
    `launch a builder from ${plan.baseImageId} (${plan.origin.name}) in ${plan.region}`,
    `  as ${plan.candidates.map(sayCandidate).join(', or ')}`,
    `  in ${plan.securityGroupIds?.join(', ') ?? `the security group ami-action-builder of ${plan.vpcId}, without inbound rules`}`,
    ...plan.blockDeviceMappings.map(describeVolume),
    ...describeBoost(plan),
    'provision it, seal it, stop it',
    `make the image ${plan.imageName}, valid until ${plan.validUntil.toISOString()}, digest ${plan.digest.slice(0, 12)}`,
    'terminate the builder'
  ]
}

const describeBoost = ({ boost }: BakePlan): string[] =>
  boost ? [`  while it is built, with ${boost.iops} iops and ${boost.throughputMiBps} MiB/s on ${boost.device}`] : []

function describeVolume({ DeviceName: device, Ebs: ebs }: BakePlan['blockDeviceMappings'][number]): string {
  const size = ebs?.VolumeSize ? `${ebs.VolumeSize} GiB` : "the base's size"
  return `  with ${device}: ${size}, ${ebs?.VolumeType}, encrypted with ${ebs?.KmsKeyId ?? "the account's default key"}`
}
