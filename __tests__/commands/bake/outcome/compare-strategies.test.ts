import type { Image } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { compareStrategies } from '../../../../src/commands/bake/outcome/compare-strategies.ts'

const made = (strategy: string, day: number, tags: Record<string, string> = {}, sizes = [8]): Image => {
  const ImageId = `ami-${strategy}-${day}`
  const all = {
    'ami-action:self': ImageId,
    'ami-action:strategy': strategy,
    'ami-action:baked-at': `2026-05-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    'ami-action:valid-until': `2026-06-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    ...tags
  }
  return {
    ImageId,
    Tags: Object.entries(all).map(([Key, Value]) => ({ Key, Value })),
    BlockDeviceMappings: sizes.map(VolumeSize => ({ Ebs: { VolumeSize } }))
  }
}

test('the strategies of a family side by side, by the medians of its last images', () => {
  const family = [
    made('full', 1, { 'ami-action:build-seconds': '600 provision=500', 'ami-action:boot-seconds': '20.5' }, [8, 50]),
    made('full', 2, { 'ami-action:build-seconds': '620' }, [8, 50]),
    made('full', 3, { 'ami-action:build-seconds': '900' }, [8, 50]),
    made('os-only', 4, { 'ami-action:build-seconds': '60' })
  ]
  const shelfLifeSeconds = 31 * 86_400
  expect(compareStrategies(family)).toEqual([
    { strategy: 'os-only', images: 1, buildSeconds: 60, bootSeconds: undefined, shelfLifeSeconds, sizeGiB: 8 },
    { strategy: 'full', images: 3, buildSeconds: 620, bootSeconds: 20.5, shelfLifeSeconds, sizeGiB: 58 }
  ])
})

test('images of bakes that never ended, and copies that others made, do not count', () => {
  expect(
    compareStrategies([
      made('full', 1, { 'ami-action:self': 'ami-other' }),
      made('full', 2, { 'ami-action:baked-at': '' })
    ])
  ).toEqual([])
})
