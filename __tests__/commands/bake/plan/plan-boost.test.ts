import { describe, expect, test } from '@jest/globals'
import type { BaseImage } from '../../../../src/commands/bake/plan/choose-base.ts'
import { findDifferences } from '../../../../src/commands/bake/plan/compare-volumes.ts'
import { afterBoost, boosted, planBoost } from '../../../../src/commands/bake/plan/plan-boost.ts'
import { planVolumes } from '../../../../src/commands/bake/plan/plan-volumes.ts'
import type { Recipe } from '../../../../src/recipe/recipe.ts'
import { image, load, refusals } from '../bake-facts.ts'

const BASE: BaseImage = { ...image(), ImageId: 'ami-0123456789abcdef0' }
const FAST = { iops: 4000, throughputMiBps: 1000 }

const withBoost = (recipe: Recipe, boost = FAST): Recipe => ({ ...recipe, builder: { ...recipe.builder, boost } })

test('without a boost there is none', () => {
  expect(planBoost(load(), BASE)).toBeUndefined()
})

describe('the builder’s root volume', () => {
  const recipe = withBoost(load('volumes: [{ device: /dev/sdf, size: 10 }]'))
  const volumes = planVolumes(recipe, BASE)

  test('is launched faster; other volumes are not', () => {
    const [root, data] = boosted(volumes, planBoost(recipe, BASE))
    expect(root?.Ebs).toMatchObject({ VolumeType: 'gp3', Iops: 4000, Throughput: 1000, Encrypted: true })
    expect(data).toEqual(volumes[1])
  })

  test('has afterwards what gp3 has by itself', () => {
    expect(afterBoost(volumes, { ...FAST, device: '/dev/xvda' })).toEqual({ iops: 3000, throughputMiBps: 125 })
  })

  test('has afterwards what the recipe says', () => {
    const own = planVolumes(load('volumes: [{ device: /dev/xvda, type: gp3, iops: 3500, throughput: 200 }]'), BASE)
    expect(afterBoost(own, { ...FAST, device: '/dev/xvda' })).toEqual({ iops: 3500, throughputMiBps: 200 })
  })
})

test.each([
  [
    'a root volume that is not gp3',
    withBoost(load('volumes: [{ device: /dev/xvda, type: gp2 }]')),
    'builder.boost: expected a root volume of type gp3, found gp2'
  ],
  [
    'more than the size allows',
    withBoost(load(), { iops: 5000, throughputMiBps: 125 }),
    'builder.boost: expected at most 4000 iops for 8 GiB of type gp3 (500 per GiB), found 5000'
  ],
  [
    'more throughput than the iops allow',
    withBoost(load(), { iops: 3000, throughputMiBps: 1000 }),
    'builder.boost: expected at most 750 MiB/s for 3000 iops (1 MiB/s for each 4), found 1000 MiB/s'
  ]
])('%s is refused', (_, recipe, message) => {
  expect(refusals(() => planBoost(recipe, BASE))).toMatchObject([{ code: 'RECIPE', message }])
})

describe('what the image has is compared with the plan', () => {
  const boost = { ...FAST, device: '/dev/xvda' }
  const blockDeviceMappings = planVolumes(load('volumes: [{ device: /dev/sdf, size: 10 }]'), BASE)
  const found = (Iops: number) => [
    {
      DeviceName: '/dev/xvda',
      Ebs: {
        VolumeType: 'gp3' as const,
        Iops,
        Throughput: 125,
        VolumeSize: 8,
        Encrypted: true,
        DeleteOnTermination: true
      }
    },
    {
      DeviceName: '/dev/sdf',
      Ebs: { VolumeType: 'gp3' as const, Iops: 3000, VolumeSize: 10, Encrypted: true, DeleteOnTermination: true }
    }
  ]

  test('and is as planned', () => {
    expect(findDifferences({ blockDeviceMappings, boost }, found(3000))).toEqual([])
  })

  test('and a boost that ended in it is told', () => {
    expect(findDifferences({ blockDeviceMappings, boost }, found(4000))).toEqual([
      "Expected the image's volume /dev/xvda to have Iops 3000, found 4000"
    ])
  })

  test('and what the plan left to EC2 does not count', () => {
    expect(findDifferences({ blockDeviceMappings }, found(4000))).toEqual([])
  })

  test('and a volume that is missing is told', () => {
    expect(findDifferences({ blockDeviceMappings }, found(3000).slice(0, 1))).toEqual([
      'Expected the image to have a volume as /dev/sdf, found none'
    ])
  })
})
