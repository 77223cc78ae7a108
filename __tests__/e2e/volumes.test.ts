import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { describe, test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

async function bake(volumes: string) {
  const account = newAccount()
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe(undefined, volumes) } })
  const ended = await job.run()
  const ids = [ended.outputs['image-id'] ?? '']
  const { Images: [image] = [] } = await sandbox.ec2(account).send(new DescribeImagesCommand({ ImageIds: ids }))
  const volume = (device: string) => image?.BlockDeviceMappings?.find(each => each.DeviceName === device)?.Ebs
  return { ...ended, account, volume }
}

describe('an image', () => {
  test('has each volume as the recipe says, deleted with its instance', async () => {
    const { code, log, volume } = await bake(
      [
        'volumes:',
        '  - { device: /dev/xvda, type: gp3, size: 20, iops: 3500, throughput: 200 }',
        '  - { device: /dev/sdf, type: io2, size: 4, iops: 400 }'
      ].join('\n')
    )
    expect(code).toBe(0)
    expect(log).not.toContain('::warning')
    const common = { Encrypted: true, DeleteOnTermination: true }
    expect(volume('/dev/xvda')).toMatchObject({
      ...common,
      VolumeType: 'gp3',
      VolumeSize: 20,
      Iops: 3500,
      Throughput: 200
    })
    expect(volume('/dev/sdf')).toMatchObject({ ...common, VolumeType: 'io2', VolumeSize: 4, Iops: 400 })
  })

  test('keeps a volume beyond its instance where the recipe says so; the builder’s goes with it', async () => {
    const { code, log, volume, account } = await bake(
      'volumes: [{ device: /dev/sdf, size: 1, delete-on-termination: false }]'
    )
    expect(code).toBe(0)
    expect(log).not.toContain('::warning')
    expect([volume('/dev/xvda'), volume('/dev/sdf')].map(each => each?.DeleteOnTermination)).toEqual([true, false])
    expect((await leftovers(sandbox, account)).instances).toEqual([])
  })
})
