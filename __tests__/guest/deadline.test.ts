import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { deadlineAfterReboot, deadlineScript } from '../../src/guest/deadline.ts'
import { GUEST_FOLDER } from '../../src/guest/shell.ts'
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
  const PATH = machine.pathWith(['mkdir'], { 'systemd-run': `printf '%s\\n' "$@" >${fileOf('asked')}` })
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
  const PATH = machine.pathWith(['setsid', 'sh', 'sleep', 'mkdir'], { poweroff: `echo off >${fileOf('off')}` })
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

test('is set anew after a reboot, and only then', async () => {
  mkdirSync(fileOf('systemd'))
  const PATH = machine.pathWith(['mkdir', 'rm', 'date'], { 'systemd-run': `echo "$3" >>${fileOf('asked')}` })
  const script = deadlineAfterReboot(new Date(Date.now() + 3_600_000))
  const { stderr } = await machine.run(`${deadlineScript(5400)}${script}rm ${GUEST_FOLDER}/deadline\n${script}`, {
    PATH
  })
  expect(stderr).toBe('')
  const [first = '', second = '', ...others] = readFileSync(fileOf('asked'), 'utf8').trimEnd().split('\n')
  expect({ first, others }).toEqual({ first: '--on-active=5400', others: [] })
  expect(Math.abs(Number(second.split('=')[1]) - 3600)).toBeLessThan(60)
})

test('that has passed while the builder rebooted ends it at once', async () => {
  mkdirSync(fileOf('systemd'))
  const PATH = machine.pathWith(['mkdir', 'date'], { 'systemd-run': `echo "$3" >>${fileOf('asked')}` })
  await machine.run(deadlineAfterReboot(new Date(0)), { PATH })
  expect(readFileSync(fileOf('asked'), 'utf8')).toBe('--on-active=1\n')
})
