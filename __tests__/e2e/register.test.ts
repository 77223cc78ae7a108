import { DescribeImagesCommand, DescribeSnapshotsCommand, type Image } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const imagesOf = async (account: string): Promise<Image[]> =>
  (await sandbox.ec2(account).send(new DescribeImagesCommand({ Owners: ['self'] }))).Images ?? []

/** An image of the account's own, with one snapshot. */
async function seed(account: string, more: Image = {}): Promise<string> {
  await sandbox.post('seed', { account, images: [{ Image: { Name: 'theirs', ...more } }] })
  const [image] = await imagesOf(account)
  return image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
}

const job = (account: string, snapshot: string, more = '') =>
  new Job(sandbox, {
    account,
    files: {
      'recipe.yml': `family: restored\nstrategy: full\nbase: { snapshot: ${snapshot}, architecture: x86_64${more} }\n`
    }
  })

const snapshotsOf = async (account: string): Promise<string[]> =>
  ((await sandbox.ec2(account).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots ?? []).map(
    ({ SnapshotId: id = '' }) => id
  )

test('an image is registered from a snapshot, and used again the next time', async () => {
  const account = newAccount()
  const snapshot = await seed(account)
  using made = job(account, snapshot, ', boot-mode: uefi, tpm: v2.0')
  const { code, outputs, log } = await made.run()
  expect(code).toBe(0)
  expect(log).toContain('nothing in it is sealed')
  const image = (await imagesOf(account)).find(({ ImageId }) => ImageId === outputs['image-id'])
  expect(image).toMatchObject({ BootMode: 'uefi', TpmSupport: 'v2.0', ImdsSupport: 'v2.0', EnaSupport: true })
  expect((await made.run()).outputs).toMatchObject({ reused: 'true', 'image-id': outputs['image-id'] })
})

test('billing codes that are lost: the image is discarded, the snapshot stays', async () => {
  const account = newAccount()
  const rhel = { PlatformDetails: 'Red Hat Enterprise Linux', UsageOperation: 'RunInstances:0010' }
  const snapshot = await seed(account, rhel)
  using made = job(account, snapshot)
  const { code, log } = await made.run()
  expect(code).toBe(1)
  expect(log).toMatch(/Expected an image billed as Red Hat Enterprise Linux .*RegisterImage made one of Linux\/UNIX/)
  expect((await imagesOf(account)).map(({ Name }) => Name)).toEqual(['theirs'])
  expect(await snapshotsOf(account)).toEqual([snapshot])
})

describe('RegisterImage has no ClientToken', () => {
  test('an answer that is lost makes no second image', async () => {
    const account = newAccount()
    const snapshot = await seed(account)
    await sandbox.post('faults', { account, operation: 'RegisterImage', action: 'drop', when: 'after', count: 1 })
    using made = job(account, snapshot)
    expect((await made.run()).code).toBe(0)
    expect(await imagesOf(account)).toHaveLength(2)
  })

  test.each(['before', 'after'] as const)('killed %s its effect: a rerun ends with one image', async when => {
    const account = newAccount()
    const snapshot = await seed(account)
    await sandbox.post('faults', { account, operation: 'RegisterImage', action: 'hold', when, count: 1 })
    using made = job(account, snapshot)
    const ended = made.start()
    await sandbox.called(account, 'RegisterImage')
    made.kill('SIGKILL')
    await ended
    await sandbox.release()
    expect((await made.run()).code).toBe(0)
    expect(await imagesOf(account)).toHaveLength(2)
    expect(await snapshotsOf(account)).toEqual([snapshot])
  })

  test('on-cancel: discard takes the image away, never the snapshot', async () => {
    const account = newAccount()
    const snapshot = await seed(account)
    await sandbox.post('faults', { account, operation: 'RegisterImage', action: 'hold', when: 'after', count: 1 })
    using made = new Job(sandbox, {
      account,
      files: {
        'recipe.yml': `family: restored\nstrategy: full\nbase: { snapshot: ${snapshot}, architecture: x86_64 }\n`
      },
      inputs: { 'on-cancel': 'discard' }
    })
    const ended = made.start()
    await sandbox.called(account, 'RegisterImage')
    made.kill('SIGKILL')
    await ended
    await sandbox.release()
    await made.post()
    expect((await imagesOf(account)).map(({ Name }) => Name)).toEqual(['theirs'])
    expect(await snapshotsOf(account)).toEqual([snapshot])
  })
})
