import { randomBytes } from 'node:crypto'
import type { InstanceRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { World } from '../../world/world.ts'
import { profileName } from './launch-options.ts'
import type { Life } from './life.ts'

const CREDENTIALS_HOURS = 6

/** What the metadata service of a running guest answers from: what it is changed to is answered from then on. */
const served = new WeakMap<InstanceRecord, Record<string, string>>()

/** The metadata for a guest that is about to boot. */
export function serveMetadata({ record, region, world }: Life): Record<string, string> {
  const values = metadataOf(record, region, world)
  served.set(record, values)
  return values
}

/** Lets a running guest see what its metadata has become. */
export function refreshMetadata({ record, region, world }: Life): void {
  const values = served.get(record)
  if (!values) return
  for (const path of Object.keys(values)) delete values[path]
  Object.assign(values, metadataOf(record, region, world))
}

/**
 * What the instance metadata service answers, by path; empty where it is switched off.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
function metadataOf(record: InstanceRecord, region: Region, world: World): Record<string, string> {
  const { instance } = record
  if (instance.MetadataOptions?.HttpEndpoint === 'disabled') return {}
  const zone = instance.Placement?.AvailabilityZone ?? ''
  const [primary] = instance.NetworkInterfaces ?? []
  return {
    'meta-data/instance-id': instance.InstanceId,
    'meta-data/ami-id': instance.ImageId ?? '',
    'meta-data/ami-launch-index': String(instance.AmiLaunchIndex ?? 0),
    'meta-data/instance-type': instance.InstanceType ?? '',
    'meta-data/instance-life-cycle': instance.InstanceLifecycle ?? 'on-demand',
    'meta-data/reservation-id': record.reservationId,
    'meta-data/hostname': instance.PrivateDnsName ?? '',
    'meta-data/local-hostname': instance.PrivateDnsName ?? '',
    'meta-data/local-ipv4': instance.PrivateIpAddress ?? '',
    'meta-data/mac': primary?.MacAddress ?? '',
    'meta-data/security-groups': (instance.SecurityGroups ?? []).map(group => group.GroupName).join('\n'),
    'meta-data/placement/availability-zone': zone,
    'meta-data/placement/region': region.name,
    'meta-data/services/domain': 'amazonaws.com',
    'meta-data/services/partition': 'aws',
    'dynamic/instance-identity/document': identityDocument(record, region),
    ...publicAddress(record),
    ...role(record, world),
    ...instanceTags(record),
    ...interruption(record),
    ...keyOf(record)
  }
}

function publicAddress({ instance }: InstanceRecord): Record<string, string> {
  if (!instance.PublicIpAddress) return {}
  return {
    'meta-data/public-ipv4': instance.PublicIpAddress,
    'meta-data/public-hostname': instance.PublicDnsName ?? ''
  }
}

/** Credentials as a role has them: a call of the guest is one of its account, by `assumed-role/NAME/INSTANCE`. */
function role({ instance, ownerId }: InstanceRecord, world: World): Record<string, string> {
  const profile = instance.IamInstanceProfile
  if (!profile) return {}
  const name = profileName(profile)
  const now = world.clock.now()
  const expiration = new Date(now.getTime() + CREDENTIALS_HOURS * 60 * 60 * 1000)
  const AccessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`
  const arn = `arn:aws:sts::${ownerId}:assumed-role/${name}/${instance.InstanceId}`
  world.sessions.set(AccessKeyId, { account: ownerId, arn, userId: `${profile.Id}:${instance.InstanceId}`, expiration })
  const credentials = {
    Code: 'Success',
    LastUpdated: now.toISOString(),
    Type: 'AWS-HMAC',
    AccessKeyId,
    SecretAccessKey: randomBytes(30).toString('base64'),
    Token: randomBytes(60).toString('base64'),
    Expiration: expiration.toISOString()
  }
  const info = { Code: 'Success', InstanceProfileArn: profile.Arn, InstanceProfileId: profile.Id }
  return {
    'meta-data/iam/info': JSON.stringify(info),
    'meta-data/iam/security-credentials/': name,
    [`meta-data/iam/security-credentials/${name}`]: JSON.stringify(credentials)
  }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
function interruption({ interruption: coming }: InstanceRecord): Record<string, string> {
  if (!coming) return {}
  const time = `${coming.at.toISOString().slice(0, 19)}Z`
  return {
    'meta-data/spot/instance-action': JSON.stringify({ action: coming.action, time }),
    ...(coming.action === 'terminate' && { 'meta-data/spot/termination-time': time })
  }
}

function keyOf({ instance, publicKey }: InstanceRecord): Record<string, string> {
  if (!publicKey) return {}
  return { 'meta-data/public-keys': `0=${instance.KeyName}`, 'meta-data/public-keys/0/openssh-key': publicKey }
}

function instanceTags({ instance, tags }: InstanceRecord): Record<string, string> {
  if (instance.MetadataOptions?.InstanceMetadataTags !== 'enabled') return {}
  return Object.fromEntries([...tags].map(([key, value]) => [`meta-data/tags/instance/${key}`, value]))
}

function identityDocument({ instance, ownerId }: InstanceRecord, { name }: Region): string {
  return JSON.stringify({
    accountId: ownerId,
    architecture: instance.Architecture,
    availabilityZone: instance.Placement?.AvailabilityZone,
    imageId: instance.ImageId,
    instanceId: instance.InstanceId,
    instanceType: instance.InstanceType,
    pendingTime: instance.LaunchTime?.toISOString(),
    privateIp: instance.PrivateIpAddress,
    region: name,
    version: '2017-09-30'
  })
}
