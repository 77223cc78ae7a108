import type {
  CreateLaunchConfigurationType,
  LaunchConfigurationNamesType,
  LaunchConfigurationNameType,
  LaunchConfigurationsType
} from '@aws-sdk/client-auto-scaling'
import { chooseImage } from '../ec2/instances/launch-image.ts'
import { checkUserData } from '../ec2/instances/launch-options.ts'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { validationError } from './errors.ts'
import { checkName, findLaunchConfiguration, keyOf, newArn } from './names.ts'
import { paginate } from './pages.ts'
import type { LaunchConfigurationRecord } from './records.ts'

const UNMODELLED = ['InstanceId', 'ClassicLinkVPCId', 'ClassicLinkVPCSecurityGroups'] as const

/**
 * Creates a launch configuration. One whose image the caller cannot launch is refused.
 *
 * @lacks launch configurations from an instance (InstanceId), EC2-Classic links, the limit per account
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateLaunchConfiguration.html
 */
const createLaunchConfiguration: Handler<CreateLaunchConfigurationType, undefined> = (input, call) => {
  refuseUnmodelled(input, UNMODELLED)
  const { LaunchConfigurationName: name = '', ImageId, InstanceType } = input
  checkName('launchConfigurationName', name)
  if (call.region.launchConfigurations.has(keyOf(call.account, name))) {
    const sentence = `A launch configuration already exists with the name ${name}`
    throw new ServiceError('AlreadyExists', `Launch Configuration by this name already exists - ${sentence}`)
  }
  if (!ImageId || !InstanceType) {
    throw validationError(
      'Valid requests must contain either the InstanceID parameter or both the ImageId and InstanceType parameters.'
    )
  }
  checkLaunch(ImageId, InstanceType, input.UserData, call)
  const LaunchConfigurationARN = newArn('launchConfiguration', name, call)
  const configuration = {
    ...defaults,
    ...input,
    LaunchConfigurationName: name,
    LaunchConfigurationARN,
    ImageId,
    InstanceType,
    CreatedTime: call.now
  }
  call.region.launchConfigurations.set(keyOf(call.account, name), { ownerId: call.account, configuration })
  return undefined
}

const defaults = {
  KeyName: '',
  SecurityGroups: [],
  ClassicLinkVPCSecurityGroups: [],
  UserData: '',
  KernelId: '',
  RamdiskId: '',
  BlockDeviceMappings: [],
  InstanceMonitoring: { Enabled: true },
  EbsOptimized: false
}

function checkLaunch(imageId: string, InstanceType: string, userData: string | undefined, call: Call): void {
  try {
    chooseImage({ ImageId: imageId, InstanceType: InstanceType as never, MinCount: 1, MaxCount: 1 }, call)
    checkUserData(userData)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw validationError(
      error.code.startsWith('InvalidAMIID') ? `AMI ${imageId} is invalid: ${error.message}` : error.message
    )
  }
}

/**
 * Describes launch configurations; names that do not exist are left out.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLaunchConfigurations.html
 */
const describeLaunchConfigurations: Handler<LaunchConfigurationNamesType, LaunchConfigurationsType> = (input, call) => {
  const { page, ...more } = paginate(selected(input.LaunchConfigurationNames, call), input)
  return { LaunchConfigurations: page.map(({ configuration }) => configuration), ...more }
}

function selected(names: readonly string[] | undefined, { region, account }: Call): LaunchConfigurationRecord[] {
  const all = region.launchConfigurations
  if (!names?.length) return [...all.values()].filter(({ ownerId }) => ownerId === account)
  return [...new Set(names)].flatMap(name => all.get(keyOf(account, name)) ?? [])
}

/**
 * Deletes a launch configuration that no group uses.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLaunchConfiguration.html
 */
const deleteLaunchConfiguration: Handler<LaunchConfigurationNameType, undefined> = (input, call) => {
  const { LaunchConfigurationName: name } = findLaunchConfiguration(input.LaunchConfigurationName, call).configuration
  const user = [...call.region.autoScalingGroups.values()].find(
    ({ ownerId, group }) => ownerId === call.account && group.LaunchConfigurationName === name
  )
  if (user) {
    const sentence = `it is attached to AutoScalingGroup ${user.group.AutoScalingGroupName}`
    throw new ServiceError('ResourceInUse', `Cannot delete launch configuration ${name} because ${sentence}`)
  }
  call.region.launchConfigurations.delete(keyOf(call.account, name))
  return undefined
}

export const launchConfigurationHandlers = {
  CreateLaunchConfiguration: createLaunchConfiguration,
  DescribeLaunchConfigurations: describeLaunchConfigurations,
  DeleteLaunchConfiguration: deleteLaunchConfiguration
} satisfies Handlers
