import { expect, test } from '@jest/globals'
import { readSharing } from '../../../src/commands/sunset/plan/plan-sharing.ts'

const noteOf = (shared: string, part?: string) => ({
  'ami-action:shared': shared,
  ...(part && { 'ami-action:shared-1': part })
})

test.each([
  ['nobody', noteOf('none'), []],
  ['an account', noteOf('1', '111122223333'), [{ UserId: '111122223333' }]],
  ['more parts than there are', noteOf('2', '111122223333'), undefined],
  ['a word that is no count', noteOf('many'), undefined],
  ['a count beyond all tags, such as an account id', noteOf('111122223333'), undefined]
])('a note that tells of %s', (_, tags, expected) => {
  expect(readSharing(tags)).toEqual(expected)
})
