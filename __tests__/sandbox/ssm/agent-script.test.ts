import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { agentScript } from '../../../src/sandbox/ssm/run-command/agent-script.ts'

const COMMAND = '11111111-2222-4333-8444-555555555555'
const INSTANCE = 'i-0123456789abcdef0'
const folder = mkdtempSync(join(tmpdir(), 'agent-script-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs what the agent would, with its files in a folder of the test. */
function run(text: string, workingDirectory?: string) {
  const script = { text, timeoutSeconds: 60, ...(workingDirectory !== undefined && { workingDirectory }) }
  const own = agentScript(script, INSTANCE, COMMAND).replaceAll('/var/lib/amazon/ssm', folder)
  const { status, stdout, stderr } = spawnSync('bash', ['-c', own], { encoding: 'utf8', input: 'not for the script' })
  return { status, stdout, stderr }
}

// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/plugins/runscript/runshellscript.go
describe('the agent runs commands as a file', () => {
  test('literally, whatever is in them', () => {
    const text = `printf '%s|' '$HOME' "a'b" \`echo back\` <<EOF\nEOF\nexit 7`
    expect(run(text)).toMatchObject({ status: 7, stdout: "$HOME|a'b|back|" })
    const path = `${folder}/${INSTANCE}/document/orchestration/${COMMAND}/awsrunShellScript/0.awsrunShellScript/_script.sh`
    expect(readFileSync(path, 'utf8')).toBe(`${text}\n`)
  })

  test('by the interpreter that the first line names', () => {
    expect(run('#!/bin/bash\n[[ a == [a-z] ]] && echo two')).toMatchObject({ status: 0, stdout: 'two\n' })
    expect(run('#!/bin/cat\nis printed').stdout).toBe('#!/bin/cat\nis printed\n')
  })

  test('by `sh` otherwise, which on Debian and Ubuntu is not bash', () => {
    const { stdout } = run('readlink -f /proc/$$/exe')
    const sh = spawnSync('sh', ['-c', 'readlink -f /proc/$$/exe'], { encoding: 'utf8' })
    expect(stdout).toBe(sh.stdout)
  })

  test('with nothing on its standard input', () => {
    expect(run('cat')).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('in its working directory', () => {
    expect(run('pwd', '/usr')).toMatchObject({ status: 0, stdout: '/usr\n' })
    expect(run('pwd', '/does not exist').status).toBe(1)
  })
})
