import type { Recorder } from './recorder.ts'

const SPECIFICATION = { InstanceType: 't3.micro' } as const

export async function useSpot({ ec2, settle }: Recorder, ImageId: string): Promise<void> {
  await ec2.requestSpotInstances({ LaunchSpecification: { ...SPECIFICATION, ImageId } })
  await ec2.describeSpotInstanceRequests({})
  await settle()
  const { SpotInstanceRequests: [request] = [] } = await ec2.describeSpotInstanceRequests({})
  await ec2.cancelSpotInstanceRequests({ SpotInstanceRequestIds: [request?.SpotInstanceRequestId ?? ''] })
  await ec2.describeSpotPriceHistory({ InstanceTypes: ['t3.micro'] })
}

export async function useFleets({ ec2, account, settle }: Recorder, ImageId: string, template: string): Promise<void> {
  const IamFleetRole = `arn:aws:iam::${account}:role/fleet`
  const SpotFleetRequestConfig = {
    IamFleetRole,
    TargetCapacity: 1,
    LaunchSpecifications: [{ ...SPECIFICATION, ImageId }]
  }
  const { SpotFleetRequestId = '' } = await ec2.requestSpotFleet({ SpotFleetRequestConfig })
  await ec2.describeSpotFleetRequests({})
  await ec2.cancelSpotFleetRequests({ SpotFleetRequestIds: [SpotFleetRequestId], TerminateInstances: true })
  const { FleetId = '' } = await ec2.createFleet({
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: template, Version: '1' } }],
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' }
  })
  await settle()
  await ec2.describeFleets({})
  await ec2.describeFleetInstances({ FleetId })
  await ec2.deleteFleets({ FleetIds: [FleetId], TerminateInstances: true })
}
