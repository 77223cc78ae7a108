// Looks at what is there, by EC2, SSM and KMS alone: nothing of the action's code.
import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeVolumesCommand,
  GetAllowedImagesSettingsCommand,
  ListImagesInRecycleBinCommand,
  ListSnapshotsInRecycleBinCommand
} from '@aws-sdk/client-ec2'
import { ListAliasesCommand, ListGrantsCommand } from '@aws-sdk/client-kms'
import { DescribeParametersCommand, GetParametersCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ssm'
import { REGIONS } from './place.mjs'

const ENDED = ['shutting-down', 'terminated']

/** By account and region: all that is there. */
export async function observe(place, accounts) {
  const all = accounts.flatMap(account => REGIONS.map(region => ({ account, region })))
  const found = await Promise.all(all.map(({ account, region }) => observeRegion(place, account, region)))
  return Object.fromEntries(all.map(({ account, region }, i) => [`${account}/${region}`, found[i]]))
}

async function observeRegion(place, account, region) {
  const ec2 = place.ec2(account, region)
  const [images, snapshots, instances, lesser, published, grants] = await Promise.all([
    listImages(ec2),
    listSnapshots(ec2),
    listInstances(ec2),
    listLesser(ec2),
    listPublished(ec2, place.ssm(account, region)),
    listGrants(place.kms(account, region))
  ])
  return { images, snapshots, instances, ...lesser, ...published, grants }
}

async function listImages(ec2) {
  const request = { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true }
  const { Images = [] } = await ec2.send(new DescribeImagesCommand(request))
  return Promise.all(
    Images.map(
      async ({ ImageId, Name, State, Tags, DeprecationTime, DeregistrationProtection, BlockDeviceMappings }) => {
        const attribute = new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })
        const { LaunchPermissions } = await ec2.send(attribute)
        const volumes = BlockDeviceMappings.map(({ DeviceName, Ebs }) => ({ DeviceName, id: Ebs?.SnapshotId }))
        return {
          ImageId,
          Name,
          State,
          DeprecationTime,
          DeregistrationProtection,
          LaunchPermissions,
          volumes,
          tags: Tags
        }
      }
    )
  )
}

async function listSnapshots(ec2) {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  return Promise.all(
    Snapshots.map(async ({ SnapshotId, State, Encrypted, KmsKeyId, Tags }) => {
      const attribute = new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' })
      const { CreateVolumePermissions } = await ec2.send(attribute)
      return { SnapshotId, State, Encrypted, KmsKeyId, CreateVolumePermissions, tags: Tags }
    })
  )
}

/** Those that have ended have their user data yet, for a while. */
async function listInstances(ec2) {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const all = Reservations.flatMap(({ Instances }) => Instances)
  return Promise.all(
    all.map(async ({ InstanceId, ImageId, State, Tags }) => {
      const attribute = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' })
      const { UserData } = await ec2.send(attribute).catch(() => ({}))
      const userData = Buffer.from(UserData?.Value ?? '', 'base64').toString()
      return { InstanceId, ImageId, state: State.Name, isEnded: ENDED.includes(State.Name), userData, tags: Tags }
    })
  )
}

async function listLesser(ec2) {
  const [groups, requests, volumes, interfaces, pairs, bin, binned, allowed] = await Promise.all([
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeSpotInstanceRequestsCommand({})),
    ec2.send(new DescribeVolumesCommand({})),
    ec2.send(new DescribeNetworkInterfacesCommand({})),
    ec2.send(new DescribeKeyPairsCommand({})),
    ec2.send(new ListImagesInRecycleBinCommand({})),
    ec2.send(new ListSnapshotsInRecycleBinCommand({})),
    ec2.send(new GetAllowedImagesSettingsCommand({}))
  ])
  return {
    groups: groups.SecurityGroups.map(({ GroupName, Tags }) => ({ GroupName, tags: Tags })),
    spotRequests: requests.SpotInstanceRequests.filter(({ State }) => ['open', 'active'].includes(State)).length,
    volumes: volumes.Volumes.map(({ Attachments }) => Attachments[0]?.InstanceId ?? 'free'),
    interfaces: interfaces.NetworkInterfaces.map(({ Attachment }) => Attachment?.InstanceId ?? 'free'),
    keyPairs: pairs.KeyPairs.map(({ KeyName }) => KeyName),
    recycledImages: (bin.Images ?? []).map(({ ImageId }) => ImageId),
    recycledSnapshots: (binned.Snapshots ?? []).length,
    allowedImages: { State: allowed.State, ImageCriteria: allowed.ImageCriteria }
  }
}

async function listPublished(ec2, ssm) {
  const [{ LaunchTemplateVersions = [] }, { Parameters = [] }] = await Promise.all([
    ec2.send(new DescribeLaunchTemplateVersionsCommand({ Versions: ['$Default'] })),
    ssm.send(new DescribeParametersCommand({}))
  ])
  const Names = Parameters.map(({ Name }) => Name)
  const values = Names.length > 0 ? (await ssm.send(new GetParametersCommand({ Names }))).Parameters : []
  const parameters = values.map(async ({ Name, Value }) => {
    const { TagList } = await ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }))
    return { Name, Value, tags: TagList }
  })
  const templates = LaunchTemplateVersions.map(({ LaunchTemplateName, LaunchTemplateData }) => ({
    name: LaunchTemplateName,
    data: LaunchTemplateData
  }))
  return { templates, parameters: await Promise.all(parameters) }
}

async function listGrants(kms) {
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}))
  const keys = Aliases.filter(({ TargetKeyId, AliasName }) => TargetKeyId && !AliasName.startsWith('alias/aws/'))
  const found = await Promise.all(
    keys.map(({ TargetKeyId }) => kms.send(new ListGrantsCommand({ KeyId: TargetKeyId })))
  )
  return found.flatMap(({ Grants }) => Grants.map(({ Name, Operations }) => ({ Name, Operations })))
}
