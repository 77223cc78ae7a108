import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { type Clients, clientsFor, served, startSandbox } from '../../support/sandbox.ts'

const sandbox = await served(startSandbox())

interface Seeded {
  images: string[]
  instances: string[]
  calls: number
}

async function seed(account: string, body: object): Promise<Seeded> {
  const answer = await fetch(`${sandbox.url}/_sandbox/seed`, {
    method: 'POST',
    body: JSON.stringify({ account, ...body })
  })
  const value = (await answer.json()) as Seeded & { error: string }
  if (!answer.ok) throw new Error(value.error)
  return value
}

async function baseImage(clients: Clients): Promise<string> {
  const { images } = await seed(clients.account, { images: [{ Image: { Name: 'base' } }] })
  return images[0] ?? ''
}

describe('POST /_sandbox/seed', () => {
  test('makes images with a past, each with its snapshots', async () => {
    const { ec2, account } = clientsFor(sandbox.url)
    const made = await seed(account, {
      images: [
        { count: 3, ageDays: 10, stepDays: 30, volumeSizes: [8, 50], tags: { team: 'web' }, Image: { Name: 'web-{n}' } }
      ]
    })
    const { Images: images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: made.images }))
    const byName = new Map(images.map(image => [image.Name, image]))
    const ages = ['web-1', 'web-2', 'web-3'].map(name =>
      Math.round((Date.now() - Date.parse(byName.get(name)?.CreationDate ?? '')) / 86_400_000)
    )
    expect(ages).toEqual([10, 40, 70])
    expect(byName.get('web-1')).toMatchObject({ State: 'available', Tags: [{ Key: 'team', Value: 'web' }] })
    const { Snapshots: snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    expect(snapshots.map(snapshot => snapshot.VolumeSize).sort()).toEqual([50, 50, 50, 8, 8, 8])
  })

  test("gives images any member of EC2's, launch permissions and keys among what it takes", async () => {
    const { ec2, account } = clientsFor(sandbox.url)
    const other = clientsFor(sandbox.url)
    const { images } = await seed(account, {
      images: [
        {
          kmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-a000-000000000000',
          launchPermissions: [{ UserId: other.account }],
          Image: { Name: 'shared', Architecture: 'arm64', LastLaunchedTime: '2026-01-31T00:00:00Z' }
        }
      ]
    })
    const { Images: seen } = await other.ec2.send(new DescribeImagesCommand({ ImageIds: images }))
    expect(seen).toMatchObject([{ Architecture: 'arm64', OwnerId: account }])
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    expect(Snapshots).toMatchObject([{ Encrypted: true }])
  })

  test('makes instances that run or are stopped, and can be terminated', async () => {
    const clients = clientsFor(sandbox.url)
    const ImageId = await baseImage(clients)
    const RunInstances = { ImageId, InstanceType: 't3.micro' }
    const { instances } = await seed(clients.account, {
      instances: [
        { count: 2, ageDays: 30, tags: { Name: 'web-{n}' }, RunInstances },
        { state: 'stopped', RunInstances }
      ]
    })
    const { Reservations: found = [] } = await clients.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: instances })
    )
    expect(found.map(({ Instances: [one] = [] }) => one?.State?.Name).sort()).toEqual(['running', 'running', 'stopped'])
    const { TerminatingInstances: ended } = await clients.ec2.send(
      new TerminateInstancesCommand({ InstanceIds: instances })
    )
    expect(ended).toHaveLength(3)
  })

  test('performs operations of the sandbox many times', async () => {
    const { ec2, account } = clientsFor(sandbox.url)
    const input = { GroupName: 'web-{n}', Description: 'number {n}' }
    const call = { count: 20, service: 'ec2', operation: 'CreateSecurityGroup', input }
    expect(await seed(account, { calls: [call] })).toMatchObject({ calls: 20 })
    const { SecurityGroups: groups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
    expect(groups.map(group => group.GroupName)).toContain('web-20')
  })

  test.each([
    [{ image: [] }, 'Unrecognized key: "image"'],
    [{ images: [{ Image: { Name: 'same' }, count: 2 }] }, 'images: a Name of its own is needed for each'],
    [{ images: [{}] }, 'images.0.Image: an object'],
    [{ images: [{ count: 0, Image: { Name: 'a' } }] }, 'images.0.count'],
    [{ account: 'me' }, 'account: expected twelve digits'],
    [{ region: 'mars-1' }, 'valid region'],
    [{ instances: [{ RunInstances: { ImageId: 'ami-00000000' } }] }, 'does not exist'],
    [{ calls: [{ service: 'ec2', operation: 'Toast', input: {} }] }, 'does not model ec2:Toast']
  ])('%j is refused with a sentence', async (body, message) => {
    await expect(seed(clientsFor(sandbox.url).account, body)).rejects.toThrow(message)
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html
test('organizations can be seeded, and images shared with a unit of one', async () => {
  const { ec2, account: member } = clientsFor(sandbox.url)
  const owner = clientsFor(sandbox.url).account
  const arn = 'arn:aws:organizations::111122223333:organization/o-123example'
  const unit = 'arn:aws:organizations::111122223333:ou/o-123example/ou-1234-5example'
  const { images } = await seed(owner, {
    organizations: [{ arn, accounts: [], units: [{ arn: unit, accounts: [member] }] }],
    images: [{ launchPermissions: [{ OrganizationalUnitArn: unit }], Image: { Name: 'shared' } }]
  })
  const { Images } = await ec2.send(new DescribeImagesCommand({ ExecutableUsers: ['self'] }))
  expect(Images?.map(({ ImageId }) => ImageId)).toEqual(images)
})
