import { CreateImageCommand, CreateVolumeCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { expect, test } from '@jest/globals'
import { handlers } from '../../../src/sandbox/handlers.ts'
import { operations, SERVICES } from '../../../src/sandbox/wire/operations.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { IMAGES, ROOT_SNAPSHOT, seeder } from '../ec2/fixture.ts'
import { Fuzzer, type Known } from './fuzz.ts'
import { Random } from './random.ts'
import { FORMATS, sendRaw } from './raw.ts'

/** What chance can lead to, of the codes that EC2 publishes. */
const EC2_CODES = new Set(
  `AuthFailure CannotDelete DefaultVpcAlreadyExists DryRunOperation IncorrectInstanceState IncorrectState
   InvalidAction InvalidAMIID.Malformed InvalidAMIID.NotFound InvalidAMIID.Unavailable InvalidAMIName.Duplicate
   InvalidAMIName.Malformed InvalidAttachment.NotFound InvalidBlockDeviceMapping InvalidFleetConfiguration InvalidFleetId.Malformed
   InvalidFleetId.NotFound InvalidGroup.Duplicate InvalidGroup.NotFound InvalidGroupId.Malformed InvalidID
   InvalidImageUsageReportId.Malformed InvalidImageUsageReportId.NotFound
   InvalidInstanceAttributeValue InvalidInstanceID.Malformed InvalidInstanceID.NotFound InvalidInstanceType
   InvalidKey.Format InvalidKeyPair.Duplicate InvalidKeyPair.NotFound InvalidLaunchTemplateId.Malformed
   InvalidLaunchTemplateId.NotFound InvalidLaunchTemplateId.VersionNotFound
   InvalidLaunchTemplateName.AlreadyExistsException InvalidLaunchTemplateName.MalformedException
   InvalidLaunchTemplateName.NotFoundException InvalidNetworkInterfaceId.Malformed
   InvalidNetworkInterfaceID.NotFound InvalidParameterCombination InvalidParameterDependency InvalidParameterValue
   InvalidPermission.Duplicate InvalidPermission.NotFound InvalidRegion InvalidSnapshot.InUse
   InvalidSnapshot.NotFound InvalidSpotFleetRequestId.Malformed InvalidSpotFleetRequestId.NotFound
   InvalidSpotInstanceRequestID.Malformed InvalidSpotInstanceRequestID.NotFound InvalidSubnet.Range
   InvalidSubnetID.Malformed InvalidSubnetID.NotFound InvalidUserID.Malformed InvalidVolume.NotFound
   InvalidVolume.ZoneMismatch InvalidVolumeModification.NotFound InvalidVpcID.Malformed InvalidVpcID.NotFound InvalidZone.NotFound
   MalformedQueryString MissingAction MissingParameter OperationNotPermitted ResourceLimitExceeded TagLimitExceeded UnknownParameter
   UnsupportedHibernationConfiguration UnsupportedOperation VolumeInUse`.split(/\s+/)
)

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

/** Locked, so that no request deletes it. */
async function createRule(account: string): Promise<{ Identifier: string; RuleArn: string }> {
  const period = { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' }
  const lock = { UnlockDelay: { UnlockDelayValue: 7, UnlockDelayUnit: 'DAYS' } }
  const body = JSON.stringify({ ResourceType: 'EC2_IMAGE', RetentionPeriod: period, LockConfiguration: lock })
  return JSON.parse((await sendRaw(sandbox.url, { service: 'rbin', account, path: '/rules', body }, 'json')).body)
}

/** Makes one of everything in the account. */
async function fill({ account, ec2, kms, ssm }: Clients): Promise<Known> {
  const launch = { ImageId: IMAGES.linux, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' as const }
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(launch))
  const { VolumeId = '' } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }))
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId: instance?.InstanceId, Name: 'fuzz' }))
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  await ssm.send(new PutParameterCommand({ Name: '/fuzz', Value: 'a', Type: 'String' }))
  const rule = await createRule(account)
  const { InstanceId = '', VpcId = '', SubnetId = '', SecurityGroups: [group] = [] } = instance ?? {}
  return {
    ...{ InstanceId: [InstanceId], VpcId: [VpcId], SubnetId: [SubnetId], GroupId: [group?.GroupId ?? ''] },
    ...{ VolumeId: [VolumeId], ImageId: [ImageId, IMAGES.linux, IMAGES.encrypted], SnapshotId: [ROOT_SNAPSHOT] },
    ...{ KeyId: [KeyMetadata?.KeyId ?? ''], KmsKeyId: [KeyMetadata?.KeyId ?? ''], Name: ['/fuzz', 'name', 'fuzz'] },
    ...{ InstanceType: ['t3.micro', 't4g.micro'], AvailabilityZone: ['us-east-1a'], VolumeType: ['gp3', 'io2'] },
    ...{
      ResourceType: ['image', 'instance', 'volume', 'Parameter', 'EC2_IMAGE'],
      DocumentName: ['AWS-RunShellScript']
    },
    Resource: [InstanceId, ImageId, VolumeId],
    ...{ Identifier: [rule.Identifier], ResourceArn: [rule.RuleArn], RetentionPeriodUnit: ['DAYS'] }
  }
}

const modelled = SERVICES.flatMap(service =>
  Object.keys(handlers[service]).flatMap(name => operations(service).get(name) ?? [])
)

test('2,000 random requests: none fails in the sandbox, each refusal has the form and a code of its service', async () => {
  const clients = clientsFor(sandbox.url)
  const random = new Random(2)
  const fuzzer = new Fuzzer(random, await fill(clients))
  const succeeded = { ec2: 0, sts: 0, autoscaling: 0, ssm: 0, kms: 0, rbin: 0 }
  const failures: string[] = []
  for (let i = 0; i < 2000; i++) {
    // Every other one goes to a service by chance: some have few operations.
    const of = random.of(SERVICES)
    const { service, ...operation } = random.of(i % 2 ? modelled : modelled.filter(each => each.service === of))
    const request = { ...fuzzer.request({ service, ...operation }), account: clients.account }
    const { status, code } = await sendRaw(sandbox.url, request, FORMATS[service])
    const isForeign = service === 'ec2' && code !== '' && !EC2_CODES.has(code)
    if (status >= 500 || isForeign) failures.push(`${code} of ${operation.name}: ${request.body?.slice(0, 500)}`)
    if (status < 300) succeeded[service]++
  }
  expect(failures).toEqual([])
  // Many get through: what is tested here is more than the reader.
  expect(Math.min(...Object.values(succeeded))).toBeGreaterThan(10)
})
