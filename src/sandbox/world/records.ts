import type {
  CreateVolumePermission,
  Image,
  Instance,
  LaunchPermission,
  NetworkInterface,
  SecurityGroup,
  ShutdownBehavior,
  Snapshot,
  Subnet,
  Volume,
  VolumeModification,
  Vpc
} from '@aws-sdk/client-ec2'
import type { AliasListEntry, GrantListEntry, KeyMetadata } from '@aws-sdk/client-kms'
import type {
  Command,
  CommandInvocationStatus,
  GetCommandInvocationResult,
  Parameter,
  ParameterInlinePolicy
} from '@aws-sdk/client-ssm'
import type { SnapshotLock } from '../ec2/snapshots/lock-state.ts'
import type { SnapshotTiering } from '../ec2/snapshots/tier-state.ts'
import type { WindowsSystem } from '../guests/windows/system.ts'

/**
 * A resource as the sandbox keeps it: EC2's own shape, complete but for its tags, which are written into the answer
 * for the owner only, and beside it what the API never shows.
 */
export interface Resource {
  readonly ownerId: string
  readonly tags: Map<string, string>
  /** Why it is to fail where it would otherwise be completed or started: a fault said so, or its maker may not use a key. */
  failure?: { readonly Code: string; readonly Message: string } | undefined
}

export interface ImageRecord extends Resource {
  readonly image: Image & { ImageId: string }
  launchPermissions: LaunchPermission[]
  /** Base64; read by DescribeImageAttribute only. */
  uefiData?: string | undefined
  /** While it may not be deregistered. */
  protection?: { readonly withCooldown: boolean } | undefined
  /** Until when it may not be deregistered although its protection was disabled. */
  coolsDownUntil?: Date | undefined
}

export interface SnapshotRecord extends Resource {
  readonly snapshot: Snapshot & { SnapshotId: string }
  /** The frozen layers that a volume made from this snapshot stands on. */
  layers: readonly string[]
  /** The Windows installation in it. */
  windows?: WindowsSystem
  /** Who but the owner may make volumes and copies of it. */
  createVolumePermissions?: CreateVolumePermission[]
  /** Of a pending one: when it will be completed, if all goes well. */
  completesAt?: Date
  /** Of a copy: what it is a copy of. `imageId` is the new image where CopyImage made it. */
  readonly copyOf?: { readonly region: string; readonly snapshotId: string; readonly imageId?: string }
  /** Its lock: also one that has expired. */
  lock?: SnapshotLock | undefined
  /** Its last move between the storage tiers. */
  tiering?: SnapshotTiering
}

export interface VolumeRecord extends Resource {
  readonly volume: Volume & { VolumeId: string }
  /** Of an encrypted one, once it has been snapshotted: names its data key, which its snapshots share. */
  dataKeyId?: string
  /** Whether its content has been made: not yet while its instance is pending. */
  filled: boolean
  /** Its changes of size, type or performance, oldest first. */
  modifications?: readonly VolumeModification[]
  /** The frozen layers that its content stands on: its snapshot's at first, more once it was itself snapshotted. */
  layers: readonly string[]
  /** The Windows installation on it, as it is now. */
  windows?: WindowsSystem
}

export interface InstanceRecord extends Resource {
  readonly instance: Instance & { InstanceId: string }
  readonly reservationId: string
  /** Base64, as RunInstances took it. */
  userData?: string | undefined
  shutdownBehavior: ShutdownBehavior
  disableApiTermination: boolean
  disableApiStop: boolean
  /** Whether it has a public address while it runs. */
  readonly publicIp: boolean
  /** All output of its console so far, cut to what GetConsoleOutput returns at the most. */
  console: string
  /** What GetConsoleOutput returns without Latest: the output as it was shortly after the last transition. */
  postedConsole?: { readonly text: string; readonly at: Date }
  /** What the status checks say while it runs. */
  health: 'initializing' | 'ok' | 'impaired'
  /** How many times it has booted: per-instance user data runs at the first. */
  boots: number
  /** The public half of its key pair, as it was at the launch. */
  readonly publicKey?: string | undefined
  /** Of a spot instance that EC2 is about to take back: how, and when. */
  interruption?: { readonly action: 'stop' | 'terminate'; readonly at: Date } | undefined
  /** Of a Windows instance: its administrator's password, encrypted, in base64. */
  passwordData?: string | undefined
  /** The ids of the volumes that its guest has booted with. */
  mounted?: readonly string[]
  /** When the SSM agent first answered; undefined until then. */
  agentSince?: Date | undefined
  /** Since when it has been terminated: an hour later it is no longer shown. */
  terminatedAt?: Date
}

export interface VpcRecord extends Resource {
  readonly vpc: Vpc & { VpcId: string }
}

export interface SubnetRecord extends Resource {
  readonly subnet: Subnet & { SubnetId: string; VpcId: string; AvailabilityZone: string }
  /** Private addresses that are in use. */
  readonly addresses: Set<string>
}

export interface NetworkInterfaceRecord extends Resource {
  readonly networkInterface: NetworkInterface & { NetworkInterfaceId: string }
}

export interface SecurityGroupRecord extends Resource {
  readonly group: SecurityGroup & { GroupId: string; GroupName: string; VpcId: string }
}

export interface KeyRecord extends Resource {
  readonly key: KeyMetadata & { KeyId: string; Arn: string }
  /** Its key policy; undefined for the default one. */
  policy?: string
  /** By grant id. */
  grants?: Map<string, GrantRecord>
}

export interface GrantRecord {
  readonly grant: GrantListEntry & { GrantId: string }
  readonly token: string
}

export interface AliasRecord {
  readonly ownerId: string
  readonly alias: AliasListEntry & { AliasName: string; TargetKeyId: string }
}

/** A version of a parameter. */
export interface ParameterVersion {
  readonly parameter: Parameter & { Name: string }
  readonly description?: string | undefined
  readonly allowedPattern?: string | undefined
  /** Standard, unless it says otherwise. */
  readonly tier?: 'Standard' | 'Advanced'
  readonly policies?: ParameterInlinePolicy[]
  /** Of a SecureString: the key as it was named. */
  readonly keyId?: string | undefined
  readonly modifiedBy?: string
  labels?: string[]
}

/** A parameter: its latest version, and beside it the earlier ones, oldest first. */
export interface ParameterRecord extends Resource, ParameterVersion {
  readonly earlier?: readonly ParameterVersion[]
  /** Its resource policies, by their id. */
  readonly sharing?: Map<string, { readonly policy: string; readonly hash: string }>
}

/** A version whose image is yet to be looked for; as long as this is there, no other can be put. */
export interface PendingParameter {
  readonly ownerId: string
  readonly version: ParameterVersion
  readonly tags: ReadonlyMap<string, string>
  /** Whether who put it may describe images. */
  readonly mayDescribe: boolean
}

export interface CommandRecord {
  readonly ownerId: string
  readonly command: Command & { CommandId: string; RequestedDateTime: Date }
  readonly invocations: ReadonlyMap<string, InvocationRecord>
}

/** A command on one instance. */
export interface InvocationRecord {
  /** Without its output until it has finished. */
  readonly invocation: GetCommandInvocationResult & { InstanceId: string; Status: CommandInvocationStatus }
  /** Whether it is to end. */
  isCancelled: boolean
}

/** What STS handed out: the account and principal that a temporary key stands for. */
export interface SessionRecord {
  readonly account: string
  readonly arn: string
  readonly userId: string
  readonly expiration: Date
}
