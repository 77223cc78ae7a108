import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  type Instance
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'

/** What there is to know of an instance before an image is made of it; without `instance` it does not exist. */
export interface SourceFacts {
  readonly instance?: Instance
  /** Its type has volumes that lose their data when it stops. */
  readonly hasInstanceStore: boolean
  /** It refuses to be stopped. */
  readonly isStopProtected: boolean
}

/** Reads an instance that an image is to be made of. */
export async function observeInstance(clients: Clients, id: string): Promise<SourceFacts> {
  const instance = await describeInstance(clients, id)
  if (!instance?.InstanceType) return { hasInstanceStore: false, isStopProtected: false }
  const [{ InstanceTypes: [type] = [] }, { DisableApiStop: protection }] = await Promise.all([
    clients.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [instance.InstanceType] })),
    clients.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: 'disableApiStop' }))
  ])
  return {
    instance,
    hasInstanceStore: type?.InstanceStorageSupported === true,
    isStopProtected: protection?.Value === true
  }
}

/** Undefined where there is none, or EC2 does not show it yet. */
export async function describeInstance(clients: Clients, id: string): Promise<Instance | undefined> {
  try {
    const { Reservations: [reservation] = [] } = await clients.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [id], IncludeManagedResources: true })
    )
    return reservation?.Instances?.[0]
  } catch (error) {
    if (serviceErrorName(error) === 'InvalidInstanceID.NotFound') return undefined
    throw error
  }
}
