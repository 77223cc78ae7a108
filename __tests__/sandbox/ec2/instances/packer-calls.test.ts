import {
  AuthorizeSecurityGroupIngressCommand,
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceRunning,
  waitUntilInstanceStopped,
  waitUntilInstanceTerminated
} from '@aws-sdk/client-ec2'
import { beforeAll, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
let clients: Clients
beforeAll(async () => {
  clients = clientsFor(sandbox.url)
})

const waiting = () => ({ client: clients.ec2, maxWaitTime: 20, minDelay: 1, maxDelay: 1 })

async function makeSecurityGroup(): Promise<string> {
  const request = { GroupName: 'packer_5f', Description: 'Temporary group for Packer' }
  const { GroupId = '' } = await clients.ec2.send(new CreateSecurityGroupCommand(request))
  const anyone = [{ CidrIp: '0.0.0.0/0' }]
  const IpPermissions = [{ FromPort: 0, ToPort: 0, IpProtocol: 'tcp', IpRanges: anyone }]
  await clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
  await clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))
  return GroupId
}

/** Packer names what it has nothing for, too: as empty text. */
async function launch(GroupId: string): Promise<string> {
  const { Instances: [instance] = [] } = await clients.ec2.send(
    new RunInstancesCommand({
      ImageId: IMAGES.linux,
      InstanceType: 't3.micro',
      UserData: '',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: '' },
      Placement: { AvailabilityZone: '' },
      EbsOptimized: false,
      KeyName: 'packer_5f',
      SubnetId: '',
      SecurityGroupIds: [GroupId],
      InstanceInitiatedShutdownBehavior: 'stop',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'Packer Builder' }] }]
    })
  )
  return instance?.InstanceId ?? ''
}

// The calls of Packer 1.6's amazon-ebs builder: https://github.com/hashicorp/packer/tree/v1.6.6/builder/amazon
test('Packer’s amazon-ebs builder finds every call that it makes of an instance, from key pair to clean-up', async () => {
  const { ec2 } = clients
  const { KeyMaterial } = await ec2.send(new CreateKeyPairCommand({ KeyName: 'packer_5f' }))
  expect(KeyMaterial).toContain('PRIVATE KEY')
  const GroupId = await makeSecurityGroup()
  const InstanceId = await launch(GroupId)
  const InstanceIds = [InstanceId]
  await waitUntilInstanceRunning(waiting(), { InstanceIds })
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }))
  const [instance] = Reservations?.[0]?.Instances ?? []
  expect(instance?.PublicDnsName).toMatch(/^ec2-/)
  await ec2.send(new StopInstancesCommand({ InstanceIds }))
  await waitUntilInstanceStopped(waiting(), { InstanceIds })
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId, Name: 'baked' }))
  await waitUntilImageAvailable(waiting(), { ImageIds: [ImageId] })
  await ec2.send(new TerminateInstancesCommand({ InstanceIds }))
  await waitUntilInstanceTerminated(waiting(), { InstanceIds })
  const Values = instance?.BlockDeviceMappings?.map(({ Ebs: ebs }) => ebs?.VolumeId ?? '') ?? []
  const { Volumes } = await ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values }] }))
  expect(Volumes).toEqual([])
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }))
  await ec2.send(new DeleteKeyPairCommand({ KeyName: 'packer_5f' }))
  expect((await ec2.send(new DescribeKeyPairsCommand({}))).KeyPairs).toEqual([])
})
