import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { beforeAll, expect } from '@jest/globals'
import { NODE } from './support/node.ts'
import { describe, test } from './support/with-guests.ts'

describe('`npm run demo`', () => {
  let output = ''
  let code: unknown
  beforeAll(async () => {
    const demo = spawn(NODE, ['scripts/demo.mjs'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said, [ended]] = await Promise.all([text(demo.stdout), once(demo, 'close')])
    output = said
    code = ended
  }, 60_000)

  /** What stands under the title with this number. */
  const part = (number: number): string => output.split('\n\u001b[1m')[number] ?? ''
  const idIn = (number: number): string => /ami-[0-9a-f]{17}(?= in [\d.]+ s, reused)/.exec(part(number))?.[0] ?? 'none'

  test('bakes, and boots an instance of the image, which has what the bake wrote', () => {
    expect(part(1)).toContain('A bake is due: there is no image of this family')
    expect(part(1)).toContain('built 51 pages in /srv/status')
    expect(part(1)).toMatch(/reused: false/)
    expect(part(2)).toMatch(/baked on a kernel [\d.]+, 51 pages/)
    expect(part(2)).toContain('status.tar.gz')
    expect(code).toBe(0)
  })

  test('bakes again: within a second the same image is used again, with the reason', () => {
    expect(part(3)).toContain(`Nothing is due: ${idIn(1)} has the same content and is valid until`)
    expect(part(3)).toMatch(new RegExp(`${idIn(1)} in \\d+\\.\\d\\d s, reused: true, 3 AWS calls`))
  })

  test('bakes a changed recipe anew, and names what has changed', () => {
    expect(part(4)).toContain('+ env: { TITLE: Golden images, PAGES: "80" }')
    expect(part(4)).toContain(`A bake is due: the recipe (provision) changed since ${idIn(1)}`)
    expect(part(4)).toContain('built 81 pages in /srv/status')
    expect(part(4)).toMatch(/reused: false/)
    expect(idIn(4)).not.toBe(idIn(1))
    expect(part(5)).toContain(`## ✅ Baked status-page: \`${idIn(4)}\``)
    expect(part(5)).toContain('```mermaid')
  })

  test('leaves nothing', () => {
    expect(part(6)).toMatch(/^ {2}instances: none$/m)
    expect(part(6)).toMatch(/^ {2}processes: none$/m)
    expect(part(6)).toMatch(/^ {2}mounts: none$/m)
  })
})
