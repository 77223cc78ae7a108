import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'

// A script, not part of the program that tsc checks: its shape is told here.
const { bundle } = (await import('../../scripts/bundle.mjs' as string)) as {
  bundle(entry: string, target: string): Promise<number>
}

const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a bundle says nothing of the folder that it was made in: two builds are the same byte by byte', async () => {
  const [first, second] = ['first', 'second'].map(name => join(folder, name)) as [string, string]
  for (const target of [first, second]) await bundle('src/aws/credentials.ts', target)
  expect(readdirSync(first)).toEqual(['index.js', 'licenses.txt', 'package.json'])
  for (const name of readdirSync(first)) {
    expect(readFileSync(join(second, name), 'utf8') === readFileSync(join(first, name), 'utf8')).toBe(true)
  }
  expect(readFileSync(join(first, 'licenses.txt'), 'utf8')).toContain('@aws-sdk/client-sts\n')
})
