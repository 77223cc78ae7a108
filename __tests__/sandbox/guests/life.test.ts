import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Guests } from '../../../src/sandbox/guests/guests.ts'
import { openGuests } from '../../../src/sandbox/guests/open.ts'
import { describeReal, sh, start, stdoutOf } from './real-guests.ts'

describeReal("a guest's life", () => {
  let guests: Guests
  let count = 0

  beforeAll(async () => {
    guests = await openGuests({ kind: 'real', bases: {}, allowSelfHosted: true })
  })
  afterAll(() => guests.close())

  async function launch(userData?: string, from: readonly string[] = ['base:host']) {
    const volumeId = `vol-${++count}`
    await guests.createVolume(volumeId, from)
    const machine = await start(guests, `i-${count}`, volumeId, userData ? { userData: Buffer.from(userData) } : {})
    return { ...machine, volumeId }
  }

  test.each([
    ['poweroff', 'poweroff'],
    ['shutdown -h now', 'poweroff'],
    ['shutdown -P +0', 'poweroff'],
    ['systemctl poweroff', 'poweroff'],
    ['systemctl --no-block reboot', 'reboot'],
    ['reboot', 'reboot'],
    ['shutdown -r now', 'reboot'],
    ['shutdown +1; shutdown -c; poweroff', 'poweroff']
  ])('%s', async (script, how) => {
    const machine = await launch()
    await sh(machine, script)
    expect(await machine.ended).toBe(how)
  })

  test('halt leaves it on, as on EC2; it still can be stopped', async () => {
    const machine = await launch()
    await sh(machine, 'halt')
    await machine.says('System halted')
    await machine.guest.stop()
  })

  test('what it wrote is in the next one, down to deleted files; shims and mounts are not', async () => {
    const first = await launch()
    await sh(first, 'echo baked >/opt/file; rm /usr/bin/wall; echo x >/tmp/x; touch /usr/sbin/shutdown')
    const running = await guests.freeze(first.volumeId)
    await first.guest.stop()
    const stopped = await guests.freeze(first.volumeId)
    expect(await guests.sizeBytes(stopped)).toBeLessThan(2_000_000)
    for (const layers of [running, stopped]) {
      const next = await launch(undefined, layers)
      expect(await stdoutOf(next, 'cat /opt/file; ls /usr/bin/wall /tmp/x')).toBe('baked')
      await sh(next, 'echo more >>/opt/file')
      await next.guest.kill()
    }
  })

  test('data volumes keep their own content, in their own snapshot', async () => {
    await guests.createVolume('vol-root', ['base:host'])
    await guests.createVolume('vol-data', [])
    const root = { volumeId: 'vol-root', device: '/dev/xvda', root: true }
    const first = await start(guests, 'i-d', 'vol-root', {
      volumes: [root, { volumeId: 'vol-data', device: '/dev/sdf', root: false }]
    })
    await sh(first, 'echo data >/mnt/sdf/file')
    await first.guest.stop()
    await guests.createVolume('vol-copy', await guests.freeze('vol-data'))
    const second = await start(guests, 'i-d', 'vol-root', {
      volumes: [root, { volumeId: 'vol-copy', device: 'xvdb', root: false }]
    })
    expect(await stdoutOf(second, 'ls /mnt; ls -A /mnt/sdf; cat /mnt/xvdb/file')).toBe('sdf\nxvdb\ndata')
  })

  test('user data runs at the first boot of an instance, and again for another instance of its image', async () => {
    const first = await launch('#!/bin/bash\necho "it runs" | tee /opt/ran\npoweroff\n')
    expect(await first.ended).toBe('poweroff')
    expect(first.console()).toContain('it runs\n')
    const again = await start(guests, `i-${count}`, first.volumeId, { userData: Buffer.from('#!/bin/sh\necho twice') })
    await again.says('finished at')
    expect(again.console()).not.toContain('twice')
    await again.guest.stop()
    const other = await launch('#!/bin/sh\necho another', await guests.freeze(first.volumeId))
    await other.says('another\n')
    await other.guest.kill()
  })

  test('cloud-config: files, scripts in the order of their names, power_state last, failures by name', async () => {
    const machine = await launch(CLOUD_CONFIG)
    expect(await machine.ended).toBe('poweroff')
    const lines = machine.console().split('\n')
    const at = (text: string) => lines.findIndex(line => line.includes(text))
    expect(at('users ignored')).toBeGreaterThan(-1)
    expect(at('10: from a file')).toBeGreaterThan(at('users ignored'))
    expect(at('Failed running /var/lib/cloud/instances')).toBeGreaterThan(at('10: from a file'))
    expect(at('runcmd: running')).toBeGreaterThan(at('Failed running'))
    expect(at('finished at')).toBeGreaterThan(at('runcmd: running'))
    expect(at('condition: error')).toBeGreaterThan(at('finished at'))
  })
})

const CLOUD_CONFIG = `Content-Type: multipart/mixed; boundary="=="

--==
Content-Type: text/x-shellscript
Content-Disposition: attachment; filename="10-first.sh"

#!/bin/bash
echo "10: $(cat /opt/file)"
exit 1
--==
Content-Type: text/cloud-config

users: []
write_files:
- {path: /opt/file, content: from a file}
runcmd:
- [sh, -c, 'echo "runcmd: $(cloud-init status | cut -d " " -f 2)"']
power_state: {mode: poweroff, condition: 'echo "condition: $(cloud-init status | cut -d " " -f 2)"'}
--==--
`
