import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { patchStep } from '../../src/recipe/patch-step.ts'

const { script } = patchStep({ file: 'recipe.yml', line: 1, column: 1 })

/** Runs the step where only these package managers are; each says how it was called. */
function patch(osRelease: string, ...managers: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'patch-'))
  try {
    writeFileSync(join(folder, 'os-release'), osRelease)
    for (const name of managers) {
      writeFileSync(join(folder, name), `#!/bin/bash\necho ${name} $*\n`)
      chmodSync(join(folder, name), 0o755)
    }
    const text = script.replace('/etc/os-release', join(folder, 'os-release'))
    const { status, stdout, stderr } = spawnSync('/bin/bash', ['-euo', 'pipefail', '-c', text], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: folder },
      encoding: 'utf8'
    })
    return { status, calls: stdout.trim().split('\n'), stderr }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.each([
  ['Amazon Linux 2023', 'ID=amzn\nVERSION_ID=2023', ['dnf'], ['dnf -y -q upgrade --refresh --releasever=latest']],
  ['Fedora and its kin', 'ID=rhel\nVERSION_ID=9.4', ['dnf', 'yum'], ['dnf -y -q upgrade --refresh']],
  ['Amazon Linux 2', 'ID=amzn\nVERSION_ID=2', ['yum'], ['yum -y -q update']],
  [
    'Debian, which keeps changed configuration',
    'ID=debian',
    ['apt-get'],
    ['apt-get -q update', 'apt-get -q -y -o Dpkg::Options::=--force-confold dist-upgrade']
  ],
  ['SUSE', 'ID=sles', ['zypper'], ['zypper --non-interactive refresh', 'zypper --non-interactive update']]
])('patches %s', (_, osRelease, managers, calls) => {
  expect(patch(osRelease, ...managers)).toEqual({ status: 0, calls, stderr: '' })
})

test('fails where it knows no package manager', () => {
  const { status, stderr } = patch('ID=alpine')
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'Expected dnf, yum, apt-get or zypper to patch alpine with, found none\n'
  })
})
