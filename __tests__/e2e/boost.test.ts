import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { describe, test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** Bakes with a boosted root volume. */
async function bake(account: string, volumes = '') {
  const text = recipe(undefined, volumes).replace(
    'instance-profile:',
    'boost: { iops: 4000, throughput: 1000 }, instance-profile:'
  )
  using job = new Job(sandbox, { account, files: { 'recipe.yml': text } })
  const ended = await job.run()
  const own = new DescribeImagesCommand({ Owners: ['self'] })
  const { Images: [image] = [] } = await sandbox.ec2(account).send(own)
  const operations = (await sandbox.calls(account)).map(({ operation }) => operation)
  return { ...ended, operations, root: image?.BlockDeviceMappings?.[0]?.Ebs }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (only DeleteOnTermination can be changed) */
describe('the boost of a builder’s root volume', () => {
  test('does not end in the image', async () => {
    const { code, log, operations, root } = await bake(newAccount())
    expect(code).toBe(0)
    expect(log).toContain('while it is built, with 4000 iops and 1000 MiB/s on /dev/xvda')
    expect(log).not.toContain('::warning')
    expect(root).toMatchObject({ VolumeType: 'gp3', Iops: 3000, Throughput: 125 })
    expect(operations.lastIndexOf('DescribeVolumesModifications')).toBeGreaterThan(0)
    expect(operations.lastIndexOf('DescribeVolumesModifications')).toBeLessThan(operations.indexOf('CreateImage'))
  })

  test('gives way to what the recipe says of the volume', async () => {
    const { root } = await bake(
      newAccount(),
      'volumes: [{ device: /dev/xvda, type: gp3, iops: 3200, throughput: 150 }]'
    )
    expect(root).toMatchObject({ Iops: 3200, Throughput: 150 })
  })

  test('ends although the answer to that was lost', async () => {
    const account = newAccount()
    await sandbox.post('faults', { account, operation: 'ModifyVolume', action: 'drop', when: 'after', count: 1 })
    const { code, root } = await bake(account)
    expect(code).toBe(0)
    expect(root).toMatchObject({ Iops: 3000, Throughput: 125 })
  })

  test('that EBS has not got is refused before anything is created', async () => {
    const { code, log, operations } = await bake(newAccount(), 'volumes: [{ device: /dev/xvda, type: gp2 }]')
    expect(code).toBe(1)
    expect(log).toMatch(/::error .*: builder\.boost: expected a root volume of type gp3, found gp2/)
    expect(operations.filter(each => /^(Create|Run|Modify)/.test(each))).toEqual([])
  })
})
