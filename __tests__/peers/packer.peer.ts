import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type Image
} from '@aws-sdk/client-ec2'
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { newAccount, Sandbox } from '../e2e/support/sandbox.ts'
import { environment, has, run } from './programs.ts'

const withPacker = has('packer', '--version') ? test : test.skip

let sandbox: Sandbox
let folder = ''
beforeAll(async () => {
  sandbox = await Sandbox.start('--allow-self-hosted')
  folder = await mkdtemp(join(tmpdir(), 'packer-'))
})
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** Packer looks once a second whether the instance runs: one that has ended by then fails its build, as on EC2. */
const USER_DATA = '#!/bin/sh\necho baked >/etc/packer\nsleep 4\npoweroff\n'

/** A template as people write it: the endpoint and the credentials are all that the sandbox asks for. */
const template = (account: string, builder: object) => ({
  builders: [
    {
      type: 'amazon-ebs',
      custom_endpoint_ec2: sandbox.url,
      access_key: account,
      secret_key: 'x',
      region: 'us-east-1',
      instance_type: 't3.micro',
      source_ami_filter: { filters: { name: 'debian-12-amd64-*' }, owners: ['136693071363'], most_recent: true },
      communicator: 'none',
      user_data: USER_DATA,
      disable_stop_instance: true,
      ami_name: 'web',
      ...builder
    }
  ]
})

async function build(account: string, builder: object, ...flags: string[]): Promise<string> {
  const file = join(folder, `${account}.json`)
  await writeFile(file, JSON.stringify(template(account, builder)))
  const env = { ...environment(sandbox, account), HOME: folder, CHECKPOINT_DISABLE: '1', AWS_POLL_DELAY_SECONDS: '1' }
  const { stdout } = await run('packer', ['build', '-color=false', ...flags, file], { env })
  return stdout
}

const clientOf = (account: string, region = 'us-east-1'): EC2Client =>
  new EC2Client({ endpoint: sandbox.url, region, credentials: { accessKeyId: account, secretAccessKey: 'x' } })

async function imagesOf(ec2: EC2Client): Promise<Image[]> {
  return (await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))).Images ?? []
}

async function makeKey(account: string, region: string, name: string): Promise<string> {
  const config = { endpoint: sandbox.url, region, credentials: { accessKeyId: account, secretAccessKey: 'x' } }
  const kms = new KMSClient(config)
  const { KeyMetadata: { Arn = '' } = {} } = await kms.send(new CreateKeyCommand({}))
  await kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: Arn.replace(/^.*\//, '') }))
  return Arn
}

/** What a build makes on its way and takes away again. */
async function leftovers(ec2: EC2Client) {
  const { Reservations: reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const { KeyPairs: keyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand({}))
  const { SecurityGroups: groups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  return {
    running: reservations.flatMap(({ Instances = [] }) => Instances).filter(each => each.State?.Name === 'running'),
    keyPairs,
    groups: groups.filter(({ GroupName }) => GroupName !== 'default')
  }
}

withPacker(
  'Packer 1.6 builds, encrypts, copies to a region with its key, shares, tags, and cleans up after itself',
  async () => {
    const account = newAccount()
    const key = await makeKey(account, 'us-east-1', 'golden')
    const copyKey = await makeKey(account, 'eu-west-1', 'golden')
    await build(account, {
      encrypt_boot: true,
      kms_key_id: 'alias/golden',
      ami_regions: ['us-east-1', 'eu-west-1'],
      region_kms_key_ids: { 'us-east-1': 'alias/golden', 'eu-west-1': 'alias/golden' },
      ami_users: ['111122223333'],
      tags: { team: 'web' },
      snapshot_tags: { kind: 'golden' }
    })
    for (const [region, keyArn] of Object.entries({ 'us-east-1': key, 'eu-west-1': copyKey })) {
      const ec2 = clientOf(account, region)
      const [image, ...more] = await imagesOf(ec2)
      expect(more).toEqual([])
      expect(image).toMatchObject({ Name: 'web', State: 'available', Tags: [{ Key: 'team', Value: 'web' }] })
      const { LaunchPermissions } = await ec2.send(
        new DescribeImageAttributeCommand({ ImageId: image?.ImageId, Attribute: 'launchPermission' })
      )
      expect(LaunchPermissions).toEqual([{ UserId: '111122223333' }])
      const SnapshotIds = [image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '']
      const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds }))
      expect(Snapshots).toMatchObject([{ Encrypted: true, KmsKeyId: keyArn }])
      expect(Snapshots?.[0]?.Tags).toContainEqual({ Key: 'kind', Value: 'golden' })
    }
    expect(await leftovers(clientOf(account))).toEqual({ running: [], keyPairs: [], groups: [] })
  },
  120_000
)

withPacker(
  'Packer replaces an image of the same name with force_deregister and force_delete_snapshot',
  async () => {
    const account = newAccount()
    const ec2 = clientOf(account)
    await build(account, {})
    const [first] = await imagesOf(ec2)
    await expect(build(account, {})).rejects.toThrow()
    await build(account, { force_deregister: true, force_delete_snapshot: true })
    const [second, ...more] = await imagesOf(ec2)
    expect(more).toEqual([])
    expect(second?.ImageId).not.toBe(first?.ImageId)
    const { Snapshots: snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    expect(snapshots).toHaveLength(1)
  },
  120_000
)
