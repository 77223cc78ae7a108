import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect } from '@jest/globals'
import { NODE } from './support/node.ts'
import { test } from './support/with-guests.ts'

test('`npm run demo` bakes, boots the image, shows what the bake wrote and the summary, and leaves nothing', async () => {
  const demo = spawn(NODE, ['scripts/demo.mjs'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(demo.stdout), once(demo, 'close')])
  expect(output).toContain('built 51 pages in /srv/status')
  expect(output).toMatch(/baked on a kernel [\d.]+, 51 pages/)
  expect(output).toContain('status.tar.gz')
  expect(output).toMatch(/## ✅ Baked status-page: `ami-[0-9a-f]{17}`/)
  expect(output).toContain('```mermaid')
  expect(code).toBe(0)
  expect(output).toMatch(/^instances: none$/m)
  expect(output).toMatch(/^processes: none$/m)
  expect(output).toMatch(/^mounts: none$/m)
}, 60_000)
