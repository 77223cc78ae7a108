import { DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { describeImage, makeImage } from './support/image.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const job = (account: string, inputs: Record<string, string>, files: Record<string, string> = {}): Job =>
  new Job(sandbox, { account, files, inputs: { command: 'copy', recipe: '', ...inputs } })

const REGIONS = ['us-east-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2']

test('an image is copied to several regions at once, and a second run finds all of it there', async () => {
  const account = newAccount()
  const id = await makeImage(sandbox, account, undefined, { team: 'platform', 'ami-action:verified': 'passed' })
  using first = job(account, { 'image-id': id, regions: REGIONS.join(',') })
  const { code, log, outputs } = await first.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('eu-west-1 has ami-') })
  const images = JSON.parse(outputs.images ?? '')
  expect(Object.keys(images).sort()).toEqual([...REGIONS, 'us-east-1'].sort())
  const copied = await describeImage(sandbox, account, 'eu-west-1', images['eu-west-1'])
  expect(copied).toMatchObject({ Name: 'golden', State: 'available', SourceImageId: id })
  const tags = Object.fromEntries((copied?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
  expect(tags).toMatchObject({ team: 'platform', 'ami-action:self': images['eu-west-1'] })
  expect(tags).not.toHaveProperty('ami-action:verified')

  const before = (await sandbox.calls(account)).filter(call => call.operation === 'CopyImage').length
  using second = job(account, { 'image-id': id, regions: REGIONS.join(',') })
  const again = await second.run()
  expect(JSON.parse(again.outputs.images ?? '')).toEqual(images)
  expect((await sandbox.calls(account)).filter(call => call.operation === 'CopyImage')).toHaveLength(before)
})

test('a region that fails hides no other, and a rerun completes it with one copy', async () => {
  const account = newAccount()
  const id = await makeImage(sandbox, account)
  await sandbox.post('faults', {
    account,
    operation: 'CopyImage',
    region: 'eu-west-1',
    action: 'error',
    code: 'InternalError',
    count: 5
  })
  using first = job(account, { 'image-id': id, regions: REGIONS.join(',') })
  const { code, log, outputs } = await first.run()
  expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(/::error::eu-west-1: ec2:CopyImage failed/) })
  expect(outputs['failed-regions']).toBe('["eu-west-1"]')
  expect(Object.keys(JSON.parse(outputs.images ?? ''))).toHaveLength(4)

  await sandbox.release()
  const before = (await sandbox.calls(account)).length
  using second = job(account, { 'image-id': id, regions: REGIONS.join(',') })
  expect((await second.run()).code).toBe(0)
  const made = (await sandbox.calls(account)).slice(before).filter(call => call.operation === 'CopyImage')
  expect(made.map(({ region }) => region)).toEqual(['eu-west-1'])
})

test('dry-run prints from which key to which, and changes nothing', async () => {
  const account = newAccount()
  const id = await makeImage(sandbox, account)
  const before = (await sandbox.calls(account)).length
  using planning = job(account, { command: 'encrypt', 'image-id': id, regions: 'eu-west-1', 'dry-run': 'true' })
  const { code, log } = await planning.run()
  expect({ code, log }).toEqual({
    code: 0,
    log: expect.stringMatching(/\/dev\/xvda, 8 GiB: from no encryption to the key [0-9a-f-]+\nat most 8 GiB are copied/)
  })
  const made = (await sandbox.calls(account)).slice(before)
  expect(made.filter(({ operation }) => /^(?:Copy|Create|Register|Modify|Delete|Deregister)/.test(operation))).toEqual(
    []
  )
})

test('with one key wrong of several nothing is begun, and all that is wrong is said at once', async () => {
  const account = newAccount()
  const id = await makeImage(sandbox, account)
  using copying = job(account, { 'image-id': id, regions: 'eu-west-1,us-east-2,xx-nowhere-1', 'kms-key': 'alias/none' })
  const first = await copying.run()
  expect(first).toMatchObject({ code: 1, log: expect.stringMatching(/Expected a region of AWS, found xx-nowhere-1/) })
  using known = job(account, { 'image-id': id, regions: 'eu-west-1,us-east-2', 'kms-key': 'alias/none' })
  const { log } = await known.run()
  expect(log).toMatch(/Expected a KMS key, found none named alias\/none in eu-west-1/)
  expect(log).toMatch(/Expected a KMS key, found none named alias\/none in us-east-2/)
  const { Images = [] } = await sandbox.ec2(account, 'eu-west-1').send(new DescribeImagesCommand({ Owners: ['self'] }))
  expect(Images).toEqual([])
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html (quotas)
test('where EC2 copies as many as it does at once, it is waited for', async () => {
  const account = newAccount()
  const id = await makeImage(sandbox, account)
  await sandbox.post('faults', {
    account,
    operation: 'CopyImage',
    action: 'error',
    code: 'ResourceLimitExceeded',
    count: 2
  })
  using copying = job(account, { 'image-id': id, regions: 'eu-west-1' })
  const { code, log } = await copying.run()
  expect({ code, log }).toEqual({
    code: 0,
    log: expect.stringContaining('Waiting for eu-west-1 to take one more copy: too many are under way')
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
test('a time-based copy asks for its completion', async () => {
  const account = newAccount()
  const id = await makeImage(sandbox, account)
  const recipe = `family: web\nstrategy: partial\nbase: { id: ${id} }\nregions: { eu-west-1: {} }\ncopy: { completion: 30m }\n`
  using copying = job(account, { 'image-id': id, recipe: 'recipe.yml' }, { 'recipe.yml': recipe })
  const { outputs } = await copying.run()
  const image = await describeImage(sandbox, account, 'eu-west-1', JSON.parse(outputs.images ?? '')['eu-west-1'])
  const SnapshotIds = [image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '']
  const { Snapshots } = await sandbox.ec2(account, 'eu-west-1').send(new DescribeSnapshotsCommand({ SnapshotIds }))
  expect(Snapshots?.[0]?.CompletionDurationMinutes).toBe(30)
})
