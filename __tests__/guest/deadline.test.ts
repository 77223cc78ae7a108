import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { deadlineScript } from '../../src/guest/deadline.ts'
import { GuestMachine } from './guest-machine.ts'

let machine: GuestMachine
beforeEach(() => {
  machine = new GuestMachine()
})
afterEach(() => machine.remove())

const fileOf = (name: string) => path.join(machine.folder, name)

test('is valid bash', async () => {
  const { code, stderr } = await machine.run(`bash -n <<'END'\n${deadlineScript(3600)}END`)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('with systemd is a timer of its own, precise to a second', async () => {
  mkdirSync(fileOf('systemd'))
  const PATH = machine.pathWith([], { 'systemd-run': `printf '%s\\n' "$@" >${fileOf('asked')}` })
  const { code } = await machine.run(deadlineScript(5400), { PATH })
  expect(code).toBe(0)
  expect(readFileSync(fileOf('asked'), 'utf8').trimEnd().split('\n')).toEqual([
    '--quiet',
    '--unit=ami-action-deadline',
    '--on-active=5400',
    '--timer-property=AccuracySec=1s',
    'systemctl',
    'poweroff'
  ])
})

test('without systemd is a process that nothing waits for', async () => {
  const PATH = machine.pathWith(['setsid', 'sh', 'sleep'], { poweroff: `echo off >${fileOf('off')}` })
  const { code, stdout, stderr } = await machine.run(deadlineScript(0.3), { PATH })
  expect({ code, stdout, stderr, off: existsSync(fileOf('off')) }).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
    off: false
  })
  for (let i = 0; i < 50 && !existsSync(fileOf('off')); i++) await sleep(20)
  expect(existsSync(fileOf('off'))).toBe(true)
})
