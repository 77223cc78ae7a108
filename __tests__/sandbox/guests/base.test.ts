import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Guests } from '../../../src/sandbox/guests/guests.ts'
import { openGuests } from '../../../src/sandbox/guests/open.ts'
import { describeReal, sh, start, stdoutOf } from './real-guests.ts'

/** A root filesystem with next to nothing in it: no setpriv, no umount, no package manager, no links of folders. */
const MAKE_TAR = `tools=$(for tool in bash sh cat mkdir rm ls sleep tee date mktemp chmod chown dirname base64 ln head tr env; do command -v $tool; done)
libraries=$(ldd $tools | grep -o '/[^ :]*' | grep -v :$ | sort -u)
tar --create --dereference --file "$1" --directory / $(for file in $tools $libraries; do echo "\${file#/}"; done | sort -u) bin/bash bin/sh etc/passwd etc/group`

describeReal('a base from a tar file', () => {
  let folder = ''
  let guests: Guests

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'base-'))
    execFileSync('bash', ['-c', MAKE_TAR, 'make', join(folder, 'small.tar')], { stdio: ['ignore', 'ignore', 'ignore'] })
    const bases = { small: join(folder, 'small.tar'), missing: join(folder, 'missing.tar') }
    guests = await openGuests({ kind: 'real', bases, allowSelfHosted: true })
  })
  afterAll(async () => {
    await guests.close()
    await rm(folder, { recursive: true })
  })

  test('is what its guests run on, and nothing of the host', async () => {
    await guests.createVolume('vol-1', ['base:small'])
    const machine = await start(guests, 'i-1', 'vol-1', {
      userData: Buffer.from('#!/bin/bash\necho "user data $BASH"\n')
    })
    await machine.says('user data /bin/bash')
    expect(await stdoutOf(machine, 'ls -d /usr/bin/setpriv /var/lib/dpkg /home /work 2>/dev/null; echo end')).toBe(
      'end'
    )
    expect(await sh(machine, 'apt-get install jq')).toMatchObject({ exitCode: 127, notRun: expect.any(String) })
    await sh(machine, 'echo baked >/file; poweroff')
    expect(await machine.ended).toBe('poweroff')
    await guests.createVolume('vol-2', await guests.freeze('vol-1'))
    const next = await start(guests, 'i-2', 'vol-2')
    expect(await stdoutOf(next, 'cat /file')).toBe('baked')
  })

  test('gives its guests no more rights than the host does, and no way to the host', async () => {
    for (const base of ['small', 'host']) await guests.createVolume(`vol-${base}`, [`base:${base}`])
    const small = await start(guests, 'i-6', 'vol-small')
    const host = await start(guests, 'i-7', 'vol-host')
    const rights = `while read -r line; do case $line in Cap*) echo "$line" ;; esac; done`
    for (const process of ['self', '1']) {
      const script = `${rights} </proc/${process}/status`
      expect(await stdoutOf(small, script)).toBe(await stdoutOf(host, script))
    }
    const mounts = 'while read -r id parent device root path rest; do echo "$path"; done </proc/1/mountinfo'
    expect(await stdoutOf(small, mounts)).toBe(await stdoutOf(host, mounts))
  })

  test('runs scripts that end with all they started', async () => {
    const machine = await start(guests, 'i-8', 'vol-1')
    const script = '(sleep 60; echo late) & echo $! >/run/child; wait'
    expect(await sh(machine, script, { timeoutSeconds: 0.5 })).toMatchObject({ timedOut: true })
    expect(await stdoutOf(machine, 'kill -0 "$(cat /run/child)" 2>/dev/null && echo alive || echo gone')).toBe('gone')
  })

  test('that was not given is the host', async () => {
    await guests.createVolume('vol-3', ['base:unknown'])
    const machine = await start(guests, 'i-3', 'vol-3')
    expect(await stdoutOf(machine, 'command -v setpriv')).toBe('/usr/bin/setpriv')
  })

  test('that is the host has its users and none of their passwords', async () => {
    await guests.createVolume('vol-5', ['base:host'])
    const machine = await start(guests, 'i-5', 'vol-5')
    expect(await stdoutOf(machine, 'cut -d: -f1 /etc/shadow')).toBe(await stdoutOf(machine, 'cut -d: -f1 /etc/passwd'))
    expect(await stdoutOf(machine, 'cut -d: -f2 /etc/shadow | sort -u')).toBe('*')
    expect(await stdoutOf(machine, 'cut -d: -f2 /etc/gshadow | sort -u')).toBe('!')
    expect(await stdoutOf(machine, 'ls /etc/shadow- /etc/gshadow- 2>/dev/null')).toBe('')
    expect(await stdoutOf(machine, 'useradd guest && grep ^guest: /etc/shadow | cut -d: -f1,2')).toBe('guest:!')
  })

  test('that cannot be read fails the boot, saying so', async () => {
    await guests.createVolume('vol-4', ['base:missing'])
    await expect(start(guests, 'i-4', 'vol-4')).rejects.toThrow('missing.tar')
  })
})
