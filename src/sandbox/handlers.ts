import { autoScalingHandlers } from './autoscaling/handlers.ts'
import { allowedImagesHandlers } from './ec2/allowed-images/settings.ts'
import { attachVolumeHandlers } from './ec2/attach-volumes.ts'
import { createNetworkHandlers } from './ec2/create-network.ts'
import { instanceTypeHandlers } from './ec2/describe-instance-types.ts'
import { describeModificationsHandlers } from './ec2/describe-modifications.ts'
import { detachVolumeHandlers } from './ec2/detach-volume.ts'
import { ebsEncryptionHandlers } from './ec2/ebs-encryption.ts'
import { fastLaunchHandlers } from './ec2/fast-launch/handlers.ts'
import { findingsHandlers } from './ec2/findings/get.ts'
import { fleetHandlers } from './ec2/fleets/handlers.ts'
import { imageReferenceHandlers } from './ec2/image-references/describe.ts'
import { imageUsageHandlers } from './ec2/image-usage/handlers.ts'
import { ancestryHandlers } from './ec2/images/ancestry.ts'
import { copyImageHandlers } from './ec2/images/copy.ts'
import { imageHandlers } from './ec2/images/handlers.ts'
import { instanceHandlers } from './ec2/instances/handlers.ts'
import { imageMetadataHandlers } from './ec2/instances/image-metadata.ts'
import { keyPairHandlers } from './ec2/key-pairs/handlers.ts'
import { launchTemplateHandlers } from './ec2/launch-templates/handlers.ts'
import { modifyVolumeHandlers } from './ec2/modify-volume.ts'
import { networkHandlers } from './ec2/network.ts'
import { recycleBinHandlers } from './ec2/recycle-bin/restore.ts'
import { regionHandlers } from './ec2/regions.ts'
import { securityGroupRuleHandlers } from './ec2/security-group-rules.ts'
import { securityGroupHandlers } from './ec2/security-groups.ts'
import { copySnapshotHandlers } from './ec2/snapshots/copy.ts'
import { snapshotHandlers } from './ec2/snapshots/handlers.ts'
import { spotHandlers } from './ec2/spot/handlers.ts'
import { taggingHandlers } from './ec2/tagging.ts'
import { volumeHandlers } from './ec2/volumes.ts'
import { watermarkHandlers } from './ec2/watermarks/handlers.ts'
import type { Handlers } from './handler.ts'
import { kmsHandlers } from './kms/handlers.ts'
import { rbinHandlers } from './rbin/handlers.ts'
import { ssmHandlers } from './ssm/handlers.ts'
import { stsHandlers } from './sts/handlers.ts'
import type { Service } from './wire/operations.ts'

/** Every operation that the sandbox models. */
export const handlers: Readonly<Record<Service, Handlers>> = {
  ec2: {
    ...regionHandlers,
    ...instanceHandlers,
    ...imageMetadataHandlers,
    ...networkHandlers,
    ...createNetworkHandlers,
    ...securityGroupHandlers,
    ...securityGroupRuleHandlers,
    ...ebsEncryptionHandlers,
    ...instanceTypeHandlers,
    ...imageHandlers,
    ...imageReferenceHandlers,
    ...imageUsageHandlers,
    ...ancestryHandlers,
    ...copyImageHandlers,
    ...allowedImagesHandlers,
    ...findingsHandlers,
    ...fastLaunchHandlers,
    ...watermarkHandlers,
    ...snapshotHandlers,
    ...recycleBinHandlers,
    ...copySnapshotHandlers,
    ...volumeHandlers,
    ...attachVolumeHandlers,
    ...detachVolumeHandlers,
    ...modifyVolumeHandlers,
    ...describeModificationsHandlers,
    ...spotHandlers,
    ...fleetHandlers,
    ...keyPairHandlers,
    ...launchTemplateHandlers,
    ...taggingHandlers
  },
  sts: stsHandlers,
  autoscaling: autoScalingHandlers,
  ssm: ssmHandlers,
  kms: kmsHandlers,
  rbin: rbinHandlers
}
