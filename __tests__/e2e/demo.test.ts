import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const exec = promisify(execFile)

/** Mounts and processes of guests that the host can see. */
async function traces(): Promise<string[]> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter(line => /overlay|ami-action|sandbox/.test(line))
  const { stdout } = await exec('ps', ['-eo', 'args='])
  const processes = stdout.split('\n').filter(line => /dist\/(sandbox|main)\/index\.js|unshare .*--mount/.test(line))
  return [...mounts, ...processes]
}

test('`npm run demo` bakes, boots the image, shows what the bake wrote and the summary, and leaves nothing', async () => {
  const before = await traces()
  const { stdout } = await exec(process.execPath, ['scripts/demo.mjs'])
  expect(stdout).toContain('built 51 pages in /srv/status')
  expect(stdout).toMatch(/baked on a kernel [\d.]+, 51 pages/)
  expect(stdout).toContain('status.tar.gz')
  expect(stdout).toMatch(/## ✅ Baked status-page: `ami-[0-9a-f]{17}`/)
  expect(stdout).toContain('```mermaid')
  expect(await traces()).toEqual(before)
}, 60_000)
