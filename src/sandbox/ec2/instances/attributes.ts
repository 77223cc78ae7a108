import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult
} from '@aws-sdk/client-ec2'
import { invalidValue } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { changeMetadataOptions } from './launch-options.ts'
import { checkOperator } from './managed.ts'
import { refreshMetadata } from './metadata.ts'
import { checkEnforcement } from './metadata-defaults.ts'
import { findInstance } from './visible.ts'

const readers: Readonly<Record<string, (record: InstanceRecord) => InstanceAttribute>> = {
  blockDeviceMapping: ({ instance }) => ({ BlockDeviceMappings: instance.BlockDeviceMappings }),
  disableApiStop: record => ({ DisableApiStop: { Value: record.disableApiStop } }),
  disableApiTermination: record => ({ DisableApiTermination: { Value: record.disableApiTermination } }),
  ebsOptimized: ({ instance }) => ({ EbsOptimized: { Value: instance.EbsOptimized } }),
  enaSupport: ({ instance }) => ({ EnaSupport: { Value: instance.EnaSupport } }),
  enclaveOptions: ({ instance }) => ({ EnclaveOptions: instance.EnclaveOptions }),
  groupSet: ({ instance }) => ({ Groups: instance.SecurityGroups }),
  instanceInitiatedShutdownBehavior: record => ({
    InstanceInitiatedShutdownBehavior: { Value: record.shutdownBehavior }
  }),
  instanceType: ({ instance }) => ({ InstanceType: { Value: instance.InstanceType } }),
  kernel: () => ({ KernelId: {} }),
  productCodes: ({ instance }) => ({ ProductCodes: instance.ProductCodes }),
  ramdisk: () => ({ RamdiskId: {} }),
  rootDeviceName: ({ instance }) => ({ RootDeviceName: { Value: instance.RootDeviceName } }),
  sourceDestCheck: ({ instance }) => ({ SourceDestCheck: { Value: instance.SourceDestCheck } }),
  sriovNetSupport: ({ instance }) => ({ SriovNetSupport: { Value: instance.SriovNetSupport } }),
  userData: record => ({ UserData: { Value: record.userData } })
}

/**
 * Answers one attribute of an instance.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
 */
const describeInstanceAttribute: Handler<DescribeInstanceAttributeRequest, InstanceAttribute> = (input, call) => {
  const name: string = input.Attribute ?? ''
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined
  if (!read) throw invalidValue('attribute', name.slice(0, 60), `one of ${Object.keys(readers).join(', ')}`)
  const record = findInstance(input.InstanceId, call)
  stopDryRun(input)
  return { InstanceId: record.instance.InstanceId, ...read(record) }
}

/**
 * Changes the options of an instance's metadata service; what is not named stays. A running guest sees it at once.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
 */
const modifyMetadataOptions: Handler<ModifyInstanceMetadataOptionsRequest, ModifyInstanceMetadataOptionsResult> = (
  input,
  call
) => {
  const record = findInstance(input.InstanceId, call)
  const { instance } = record
  checkOperator(record)
  const changed = changeMetadataOptions(instance.MetadataOptions ?? {}, input)
  checkEnforcement(changed, call)
  stopDryRun(input)
  instance.MetadataOptions = changed
  refreshMetadata({ world: call.world, region: call.region, record })
  return { InstanceId: instance.InstanceId, InstanceMetadataOptions: { ...changed, State: 'pending' } }
}

export const attributeHandlers = {
  DescribeInstanceAttribute: describeInstanceAttribute,
  ModifyInstanceMetadataOptions: modifyMetadataOptions
} satisfies Handlers
