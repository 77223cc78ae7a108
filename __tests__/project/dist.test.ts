import { readFileSync, statSync } from 'node:fs'
import { expect, test } from '@jest/globals'

test('dist/main is at most 3.5 MiB, of which a bill of materials takes 0.3, and can be read: a crash prints lines, not one line of a megabyte', () => {
  expect(statSync('dist/main/index.js').size).toBeLessThanOrEqual(3.5 * 1024 * 1024)
  const lines = readFileSync('dist/main/index.js', 'utf8').split('\n')
  expect(lines.length).toBeGreaterThan(30_000)
})
