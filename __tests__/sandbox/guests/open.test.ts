import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openGuests } from '../../../src/sandbox/guests/open.ts'
import { sh, start } from './real-guests.ts'

const { RUNNER_ENVIRONMENT } = process.env

beforeEach(() => {
  delete process.env.RUNNER_ENVIRONMENT
})
afterEach(() => {
  if (RUNNER_ENVIRONMENT !== undefined) process.env.RUNNER_ENVIRONMENT = RUNNER_ENVIRONMENT
  else delete process.env.RUNNER_ENVIRONMENT
})

test('a self-hosted runner has to allow real guests, and scripted ones need no leave', async () => {
  process.env.RUNNER_ENVIRONMENT = 'self-hosted'
  const options = { bases: {}, allowSelfHosted: false }
  await expect(openGuests({ kind: 'real', ...options })).rejects.toThrow('--allow-self-hosted')
  expect((await openGuests({ kind: 'scripted', ...options })).kind).toBe('scripted')
})

test('scripted guests boot, run nothing, and say so', async () => {
  const guests = await openGuests({ kind: 'scripted', bases: {}, allowSelfHosted: false })
  await guests.createVolume('vol-1', ['base:host'])
  const machine = await start(guests, 'i-1', 'vol-1', { userData: Buffer.from('#!/bin/sh\npoweroff') })
  expect(machine.console()).toBe('sandbox: guests are scripted: no script runs\nsandbox: user data not run\n')
  expect(await sh(machine, 'exit 1')).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
    timedOut: false,
    notRun: 'guests are scripted: no script runs'
  })
  expect(await guests.freeze('vol-1')).toEqual(['base:host', expect.stringMatching(/^layer:/)])
})
