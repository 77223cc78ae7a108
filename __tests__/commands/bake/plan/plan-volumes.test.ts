import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BaseImage } from '../../../../src/commands/bake/plan/choose-base.ts'
import { planVolumes } from '../../../../src/commands/bake/plan/plan-volumes.ts'
import type { Recipe, Volume } from '../../../../src/recipe/recipe.ts'
import { image, load, refusals } from '../bake-facts.ts'

const base = (more = {}): BaseImage => ({ ...image(more), ImageId: 'ami-0123456789abcdef0' })
const OURS = { Encrypted: true, DeleteOnTermination: true }

describe('the builder’s volumes', () => {
  test('are the base’s, encrypted with the account’s default key', () => {
    expect(planVolumes(load(), base())).toEqual([{ DeviceName: '/dev/xvda', Ebs: { ...OURS, VolumeType: 'gp3' } }])
  })

  test('are as the recipe says, those that the base lacks after the others', () => {
    const recipe = load(
      'volumes:',
      '  - { device: /dev/sdf, size: 100, kms-key: alias/data, type: io2, iops: 4000 }',
      '  - { device: /dev/xvda, size: 20, type: gp3, iops: 5000, throughput: 300 }'
    )
    expect(planVolumes(recipe, base())).toEqual([
      { DeviceName: '/dev/xvda', Ebs: { ...OURS, VolumeType: 'gp3', VolumeSize: 20, Iops: 5000, Throughput: 300 } },
      {
        DeviceName: '/dev/sdf',
        Ebs: { ...OURS, VolumeType: 'io2', VolumeSize: 100, Iops: 4000, KmsKeyId: 'alias/data' }
      }
    ])
  })

  test('do not include the base’s instance-store volumes', () => {
    const mappings = [...(base().BlockDeviceMappings ?? []), { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' }]
    expect(planVolumes(load(), base({ BlockDeviceMappings: mappings })).map(volume => volume.DeviceName)).toEqual([
      '/dev/xvda'
    ])
  })

  test('are as large as the base’s where the recipe says the same size', () => {
    const recipe = load('volumes: [{ device: /dev/xvda, size: 8 }]')
    expect(planVolumes(recipe, base())[0]?.Ebs?.VolumeSize).toBe(8)
  })
})

test('every volume that does not fit is refused at once', () => {
  const recipe = load('volumes:', '  - { device: /dev/xvda, size: 4 }', '  - { device: /dev/sdf }')
  expect(refusals(() => planVolumes(recipe, base()))).toEqual([
    {
      code: 'RECIPE',
      message: 'Expected at least 8 GiB for /dev/xvda, the size of the base ami-0123456789abcdef0; found 4 GiB',
      line: 5
    },
    {
      code: 'RECIPE',
      message: 'Expected a size for the volume /dev/sdf, found none',
      hint: 'The base ami-0123456789abcdef0 has /dev/xvda; a further volume needs `size`.',
      line: 6
    }
  ])
})

test.each([
  [
    'a size that its type has not got',
    '{ device: /dev/sdf, size: 8, type: st1 }',
    'Volume /dev/sdf: expected 125 to 16384 GiB for type st1, found 8 GiB'
  ],
  [
    'more iops than the size of the base allows',
    '{ device: /dev/xvda, type: gp3, iops: 5000 }',
    'Volume /dev/xvda: expected at most 4000 iops for 8 GiB of type gp3 (500 per GiB), found 5000'
  ],
  [
    'a root volume that can’t be booted from',
    '{ device: /dev/xvda, type: st1, size: 125 }',
    'Volume /dev/xvda: expected a type that can be booted from for the root volume, found st1'
  ]
])('%s is refused at its line', (_, volume, message) => {
  const recipe = load('volumes:', `  - ${volume}`)
  expect(refusals(() => planVolumes(recipe, base()))).toEqual([{ code: 'RECIPE', message, line: 5 }])
})

test('whatever recipe and base say, all volumes are encrypted, deleted with the builder, and there once', () => {
  const devices = ['/dev/xvda', '/dev/sdb', '/dev/sdf', '/dev/sdg']
  const volume = fc.record({
    device: fc.constantFrom(...devices),
    sizeGiB: fc.integer({ min: 125, max: 200 }),
    type: fc.constantFrom('gp2', 'gp3', 'standard' as const),
    kmsKey: fc.constantFrom('alias/a', 'alias/b'),
    place: fc.constant({ file: 'web.yml', line: 1, column: 1 })
  }) as fc.Arbitrary<Volume>
  const ofBase = fc.record({
    DeviceName: fc.constantFrom(...devices),
    Ebs: fc.option(
      fc.record({
        Encrypted: fc.boolean(),
        DeleteOnTermination: fc.boolean(),
        VolumeSize: fc.integer({ min: 1, max: 100 })
      }),
      { nil: undefined }
    )
  })
  const unique = { selector: (each: { device?: string; DeviceName?: string }) => each.device ?? each.DeviceName }
  const recipe = fc.record({
    volumes: fc.uniqueArray(volume, unique),
    kmsKey: fc.option(fc.constant('alias/default'), { nil: undefined })
  })
  fc.assert(
    fc.property(recipe, fc.uniqueArray(ofBase, unique), ({ volumes, kmsKey }, mappings) => {
      const asked: Recipe = { ...RECIPE, volumes, ...(kmsKey && { kmsKey }) }
      const plan = planVolumes(asked, base({ BlockDeviceMappings: mappings }))
      const wanted = [...mappings.filter(each => each.Ebs).map(each => each.DeviceName), ...volumes.map(v => v.device)]
      expect(new Set(plan.map(each => each.DeviceName))).toEqual(new Set(wanted))
      expect(plan).toHaveLength(new Set(wanted).size)
      for (const { DeviceName, Ebs } of plan) {
        const key = volumes.find(each => each.device === DeviceName)?.kmsKey ?? kmsKey
        expect(Ebs).toMatchObject({ Encrypted: true, DeleteOnTermination: true })
        expect(Ebs?.KmsKeyId).toBe(key)
      }
    })
  )
})
const RECIPE = load()
