import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeTagsCommand
} from '@aws-sdk/client-ec2'
import { ListGrantsCommand } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { keysOf, makeImage, makeKey } from './support/image.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const job = (account: string, inputs: Record<string, string>): Job =>
  new Job(sandbox, {
    account,
    files: {},
    inputs: { command: 'copy', recipe: '', 'account-role': 'ami-{account}', ...inputs }
  })

/** Whom the image, its snapshots and their key are open to. */
async function openTo(account: string, imageId: string, key?: string) {
  const ec2 = sandbox.ec2(account)
  const { LaunchPermissions } = await ec2.send(
    new DescribeImageAttributeCommand({ ImageId: imageId, Attribute: 'launchPermission' })
  )
  const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))
  const SnapshotId = Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
  const { CreateVolumePermissions } = await ec2.send(
    new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' })
  )
  const { Grants = [] } = key ? await sandbox.kms(account).send(new ListGrantsCommand({ KeyId: key })) : {}
  const { Tags = [] } = await ec2.send(
    new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['ami-action:lent*'] }] })
  )
  return {
    image: (LaunchPermissions ?? []).map(({ UserId }) => UserId),
    snapshot: (CreateVolumePermissions ?? []).map(({ UserId }) => UserId),
    grants: Grants.filter(({ Name }) => Name === 'ami-action-copy').length,
    notes: Tags.length
  }
}

const CLOSED = { image: [], snapshot: [], grants: 0, notes: 0 }

test('copies owned by member accounts are encrypted with their keys, and nothing stays lent', async () => {
  const [owner, first, second] = [newAccount(), newAccount(), newAccount()]
  const key = await makeKey(sandbox, owner, 'us-east-1', 'alias/golden')
  for (const account of [first, second]) await makeKey(sandbox, account, 'eu-west-1', 'alias/golden')
  const id = await makeImage(sandbox, owner, { '/dev/xvda': 'alias/golden' }, { team: 'platform' })
  using copying = job(owner, {
    'image-id': id,
    regions: 'eu-west-1',
    accounts: `${first},${second}`,
    'kms-key': 'alias/golden'
  })
  const { code, log, outputs } = await copying.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  const images = JSON.parse(outputs.images ?? '')
  for (const account of [first, second]) {
    const found = await keysOf(sandbox, account, 'eu-west-1', images[`${account}/eu-west-1`])
    expect(found['/dev/xvda']).toMatch(new RegExp(`^arn:aws:kms:eu-west-1:${account}:key/`))
  }
  expect(await openTo(owner, id, key)).toEqual(CLOSED)
})
