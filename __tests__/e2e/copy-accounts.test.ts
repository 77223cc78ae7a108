import { ModifyImageAttributeCommand, ModifySnapshotAttributeCommand } from '@aws-sdk/client-ec2'
import { CreateGrantCommand } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { describeImage, keysOf, makeImage, makeKey } from './support/image.ts'
import { KeptImages } from './support/kept-images.ts'
import { CLOSED, openTo } from './support/lent.ts'
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
  expect(await openTo(sandbox, owner, id, key)).toEqual(CLOSED)
})

const KEY_USE = ['Decrypt', 'DescribeKey', 'CreateGrant', 'ReEncryptFrom'] as const

/** An image whose owner lets another account copy it: itself, its storage, and the key of that. */
async function makeShared(owner: string, account: string, isEncrypted: boolean): Promise<string> {
  const KeyId = await makeKey(sandbox, owner, 'us-east-1', 'alias/theirs')
  const id = await makeImage(sandbox, owner, { '/dev/xvda': isEncrypted && 'alias/theirs' })
  const Add = [{ UserId: account }]
  const image = await describeImage(sandbox, owner, 'us-east-1', id)
  const SnapshotId = image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId
  const ec2 = sandbox.ec2(owner)
  await ec2.send(new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { Add } }))
  await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add } }))
  const GranteePrincipal = `arn:aws:iam::${account}:root`
  await sandbox.kms(owner).send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: [...KEY_USE] }))
  return id
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html (cross-account copying)
describe("another account's image that is shared is copied, and what its key encrypts is encrypted anew", () => {
  const ANEW = '/dev/xvda: encrypted with a key of the owner, will be encrypted anew'

  test.each([
    { from: 'plain', asked: 'nothing', inputs: {}, key: 'none' },
    { from: 'plain', asked: 'the default key', inputs: { command: 'encrypt' }, key: 'alias/aws/ebs' },
    { from: 'encrypted', asked: 'nothing', inputs: {}, key: 'alias/aws/ebs' },
    { from: 'encrypted', asked: 'the default key', inputs: { command: 'encrypt' }, key: 'alias/aws/ebs' },
    { from: 'encrypted', asked: 'a custom key', inputs: { 'kms-key': 'alias/golden' }, key: 'alias/golden' }
  ])('$from, asked for $asked: $key', async ({ from, inputs, key }) => {
    const [owner, account] = [newAccount(), newAccount()]
    const regions = ['us-east-1', 'eu-west-1']
    for (const region of regions) await makeKey(sandbox, account, region, 'alias/golden')
    const id = await makeShared(owner, account, from === 'encrypted')
    using copying = job(account, { 'image-id': id, regions: regions.join(','), ...inputs })
    const { code, log, outputs } = await copying.run()
    expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
    expect(log.includes(ANEW)).toBe(from === 'encrypted')
    for (const region of regions) {
      const kept = await KeptImages.read(sandbox, account, region, { withCli: false })
      expect(kept.keysOf(JSON.parse(outputs.images ?? '')[region])).toEqual({ '/dev/xvda': key })
    }
  })
})
