import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'

const { jobs } = parse(readFileSync('.github/workflows/release.yml', 'utf8'))

/** Runs a step's script with a GitHub CLI that answers `answers` to what begins so. Result: what it was asked, and the code. */
function runStep(name: RegExp, tag: string, answers: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'ami-action-release-'))
  const cases = Object.entries(answers).map(([asked, said]) => `  '${asked}'*) ${said} ;;`)
  const gh = ['#!/bin/bash', `echo "$*" >>${folder}/asked`, 'case "$*" in', ...cases, 'esac'].join('\n')
  writeFileSync(join(folder, 'gh'), gh)
  chmodSync(join(folder, 'gh'), 0o755)
  const { run } = jobs.release.steps.find((step: { name?: string }) => name.test(step.name ?? ''))
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    GITHUB_REF_NAME: tag,
    GITHUB_SHA: 'abc',
    GH_REPO: 'org/x',
    RUNNER_TEMP: folder
  }
  const { status } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], { env })
  const asked = readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n')
  return { status, asked: asked.map(line => line.split(' ').slice(0, 3).join(' ')) }
}

test.each([
  { name: 'the newest', tag: 'v1.3.0', moves: true },
  { name: 'an older patch that is released later', tag: 'v1.2.9', moves: false },
  { name: 'ten is more than nine', tag: 'v1.10.0', more: 'v1.9.0', moves: true },
  { name: 'another major version', tag: 'v1.3.0', more: 'v2.0.0', moves: true }
])('v1 moves to the newest release only: $name', ({ tag, more = 'v1.2.10', moves }) => {
  const list = { 'release list': `printf '%s\\n' ${tag} v1.2.10 ${more}` }
  const { status, asked } = runStep(/^Move the tag/, tag, list)
  expect({ status, asked }).toEqual({
    status: 0,
    asked: moves ? ['release list --exclude-drafts', 'api --method PATCH'] : ['release list --exclude-drafts']
  })
})

test.each([
  { name: 'new', view: 'exit 1', asked: ['release view v1.0.0', 'release create v1.0.0', 'release edit v1.0.0'] },
  { name: 'a draft that a job left', view: 'echo true', asked: ['release view v1.0.0', 'release edit v1.0.0'] },
  { name: 'published, and run again', view: 'echo false', asked: ['release view v1.0.0'] }
])('a release is made, or finished: $name', ({ view, asked }) => {
  const answers = { 'release view': view, 'api repos/org/x/releases/tags/v1.0.0': 'echo true' }
  expect(runStep(/^Release$/, 'v1.0.0', answers)).toEqual({
    status: 0,
    asked: [...asked, 'api repos/org/x/releases/tags/v1.0.0 --jq']
  })
})
