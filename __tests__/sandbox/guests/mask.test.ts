import { expect, test } from '@jest/globals'
import { chooseMask } from '../../../src/sandbox/guests/mask.ts'

test('what does not belong to a system is masked, and the checkout wherever it is', () => {
  const mask = chooseMask(['bin', 'usr', 'data', 'swapfile'], ['/opt/runner/_work/repo', '/home/runner', '/data/x'])
  expect(mask.emptyFolders).toEqual(expect.arrayContaining(['root', 'home']))
  expect(mask.absent).toEqual(expect.arrayContaining(['data', 'swapfile', 'opt/runner/_work/repo']))
  expect(mask.absent).not.toEqual(expect.arrayContaining(['home/runner']))
})

test.each(['/', '/usr', '/usr/bin', '/etc', '/var/lib'])('%s is never masked, whoever works there', folder => {
  expect(chooseMask(['usr', 'etc', 'var'], [folder]).absent).not.toContain(folder.slice(1))
})
