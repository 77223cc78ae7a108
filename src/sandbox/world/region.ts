import type {
  ImageFinding,
  InstanceMetadataDefaultsResponse,
  ManagedResourceDefaultVisibility
} from '@aws-sdk/client-ec2'
import type { ActivityRecord, GroupRecord, LaunchConfigurationRecord } from '../autoscaling/records.ts'
import type { AllowedImages } from '../ec2/allowed-images/record.ts'
import type { FastLaunchRecord } from '../ec2/fast-launch/record.ts'
import type { FleetRecord, SpotFleetRecord } from '../ec2/fleets/record.ts'
import type { UsageReportRecord } from '../ec2/image-usage/record.ts'
import type { Shortage, VcpuQuotas } from '../ec2/instances/capacity.ts'
import type { KeyPairRecord } from '../ec2/key-pairs/record.ts'
import type { LaunchTemplateRecord } from '../ec2/launch-templates/record.ts'
import type { Recycled } from '../ec2/recycle-bin/recycle.ts'
import type { FastRestoreRecord } from '../ec2/snapshots/fast-restore-record.ts'
import type { SpotRequestRecord } from '../ec2/spot/record.ts'
import type { RetentionRuleRecord } from '../rbin/records.ts'
import type {
  AliasRecord,
  CommandRecord,
  ImageRecord,
  InstanceRecord,
  KeyRecord,
  NetworkInterfaceRecord,
  ParameterRecord,
  PendingParameter,
  SecurityGroupRecord,
  SnapshotRecord,
  SubnetRecord,
  VolumeRecord,
  VpcRecord
} from './records.ts'

/** An earlier answer to a ClientToken, and a fingerprint of the request that it answered. */
interface TokenRecord {
  readonly fingerprint: string
  readonly resourceId: string
}

/** What an account has set for EBS in a region. */
export interface EbsEncryption {
  byDefault: boolean
  /** As it was given; undefined for the AWS-managed key. */
  defaultKeyId?: string | undefined
}

/** Block public access for AMIs. */
export interface PublicAccess {
  state: 'block-new-sharing' | 'unblocked'
  /** When it was last enabled, while that has not taken effect yet. */
  enabling?: Date | undefined
}

/** All that lives in one region, of every account. Keys are resource ids unless said otherwise. */
export class Region {
  readonly name: string
  readonly images = new Map<string, ImageRecord>()
  readonly snapshots = new Map<string, SnapshotRecord>()
  readonly volumes = new Map<string, VolumeRecord>()
  readonly instances = new Map<string, InstanceRecord>()
  readonly vpcs = new Map<string, VpcRecord>()
  readonly subnets = new Map<string, SubnetRecord>()
  readonly networkInterfaces = new Map<string, NetworkInterfaceRecord>()
  readonly securityGroups = new Map<string, SecurityGroupRecord>()
  readonly keys = new Map<string, KeyRecord>()
  /** By `account/alias name`. */
  readonly aliases = new Map<string, AliasRecord>()
  /** By `account/parameter name`; AWS's public parameters by `aws/parameter name`. */
  readonly parameters = new Map<string, ParameterRecord>()
  /** Those whose image is being looked for, by the same name. */
  readonly pendingParameters = new Map<string, PendingParameter>()
  /** Run Command, by command id. */
  readonly commands = new Map<string, CommandRecord>()
  /** By `account/operation/ClientToken`. */
  readonly tokens = new Map<string, TokenRecord>()
  /** By account. */
  readonly ebsEncryption = new Map<string, EbsEncryption>()
  /** By account; blocked where it has set nothing, as for every new account. */
  readonly imagePublicAccess = new Map<string, PublicAccess>()
  /** By account; disabled where it has set nothing. */
  readonly allowedImages = new Map<string, AllowedImages>()
  /** What GetImageFindings answers, by image id; an image that is not here was never scanned. */
  readonly imageFindings = new Map<string, ImageFinding[]>()
  /** By `image id/account`. */
  readonly usageReports = new Map<string, UsageReportRecord>()
  readonly fastLaunches = new Map<string, FastLaunchRecord>()
  readonly spotRequests = new Map<string, SpotRequestRecord>()
  readonly fleets = new Map<string, FleetRecord>()
  readonly spotFleets = new Map<string, SpotFleetRecord>()
  readonly launchTemplates = new Map<string, LaunchTemplateRecord>()
  /** By key pair id. */
  readonly keyPairs = new Map<string, KeyPairRecord>()
  /** What new instances have of IMDS options, by account. */
  readonly metadataDefaults = new Map<string, InstanceMetadataDefaultsResponse>()
  /** Whether describe operations show what services manage, by account; hidden where it has set nothing. */
  readonly managedVisibility = new Map<string, ManagedResourceDefaultVisibility>()
  /** Capacity that launches do not find. */
  readonly shortages: Shortage[] = []
  /** By account. */
  readonly vcpuQuotas = new Map<string, VcpuQuotas>()
  /** Block public access for snapshots, by account; not blocked where it has set nothing. */
  readonly snapshotPublicAccess = new Map<string, 'block-all-sharing' | 'block-new-sharing'>()
  /** By `snapshot id/zone/account`. */
  readonly fastRestores = new Map<string, FastRestoreRecord>()
  /** The Recycle Bin: by image id, by snapshot id, and its rules by their identifier. */
  /** Those that are gone for good: what was made or launched from them still tells of them. */
  readonly deregisteredImages = new Map<string, ImageRecord>()
  readonly recycledImages = new Map<string, Recycled<ImageRecord>>()
  readonly recycledSnapshots = new Map<string, Recycled<SnapshotRecord>>()
  readonly retentionRules = new Map<string, RetentionRuleRecord>()
  /** Auto Scaling: by `account/name`. */
  readonly launchConfigurations = new Map<string, LaunchConfigurationRecord>()
  readonly autoScalingGroups = new Map<string, GroupRecord>()
  /** By `account/name` of the group, which may be gone; oldest first. */
  readonly scalingActivities = new Map<string, ActivityRecord[]>()
  /** Accounts whose default VPC and AWS-managed key have been made. */
  readonly accounts = new Set<string>()

  /** `kept` is what a state file has of a region: what it lacks is empty. */
  constructor(name: string, kept?: Region) {
    this.name = name
    Object.assign(this, kept)
  }
}
