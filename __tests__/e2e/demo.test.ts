import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect } from '@jest/globals'
import { NODE } from './support/node.ts'
import { test } from './support/with-guests.ts'

const mounts = (): string[] => readFileSync('/proc/self/mounts', 'utf8').split('\n')

/** The processes of a session: all that a process started, though it may be gone itself. */
const processesOf = (session: number): string[] =>
  execFileSync('ps', ['-eo', 'sess=,pid=,comm='], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.trim().startsWith(`${session} `))

test('`npm run demo` bakes, boots the image, shows what the bake wrote and the summary, and leaves nothing', async () => {
  const before = mounts()
  const demo = spawn(NODE, ['scripts/demo.mjs'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const [output, [code]] = await Promise.all([text(demo.stdout), once(demo, 'close')])
  expect(output).toContain('built 51 pages in /srv/status')
  expect(output).toMatch(/baked on a kernel [\d.]+, 51 pages/)
  expect(output).toContain('status.tar.gz')
  expect(output).toMatch(/## ✅ Baked status-page: `ami-[0-9a-f]{17}`/)
  expect(output).toContain('```mermaid')
  expect(code).toBe(0)
  expect(processesOf(demo.pid ?? 0)).toEqual([])
  expect(mounts()).toEqual(before)
}, 60_000)
