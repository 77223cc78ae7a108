import { expect, test } from '@jest/globals'
import { encodeBuildSeconds, totalBuildSeconds } from '../../src/image/build-seconds.ts'

test('what a bake took, in all and by stage, in one tag', () => {
  const value = encodeBuildSeconds([
    { name: 'launch', seconds: 20.4 },
    { name: 'image', seconds: 61.2 }
  ])
  expect(value).toBe('82 launch=20 image=61')
  expect(totalBuildSeconds(value)).toBe(82)
})

test.each(['', 'soon', undefined])('%j says nothing of it', value => {
  expect(totalBuildSeconds(value)).toBeNaN()
})
