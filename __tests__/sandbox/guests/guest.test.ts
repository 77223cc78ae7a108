import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Guests } from '../../../src/sandbox/guests/guests.ts'
import { openGuests } from '../../../src/sandbox/guests/open.ts'
import { describeReal, type Machine, sh, start, stdoutOf } from './real-guests.ts'

describeReal('a guest', () => {
  let guests: Guests
  let machine: Machine

  beforeAll(async () => {
    guests = await openGuests({ kind: 'real', bases: {}, allowSelfHosted: true })
    await guests.createVolume('vol-1', ['base:host'])
    machine = await start(guests, 'i-1', 'vol-1')
  })
  afterAll(() => guests.close())

  test('runs scripts as root of its own host, with their output, exit code and environment', async () => {
    const result = await sh(machine, 'hostname; id -u; echo "$WORD" >&2; exit 3', { env: { WORD: "it's" } })
    expect(result).toEqual({ exitCode: 3, stdout: 'ip-172-31-0-5\n0\n', stderr: "it's\n", timedOut: false })
  })

  test('runs a script with the interpreter that it names', async () => {
    expect(await stdoutOf(machine, '#!/bin/cat\nnot bash')).toBe('#!/bin/cat\nnot bash')
  })

  test('gives output as it comes', async () => {
    const chunks: string[] = []
    const onOutput = ({ stdout }: { stdout?: string }) => void (stdout && chunks.push(stdout))
    await sh(machine, 'echo 1; sleep 0.2; echo 2', { onOutput })
    expect(chunks).toEqual(['1\n', '2\n'])
  })

  test.each([
    ['set the clock', 'date -s 2001-01-01'],
    ['make a device node', 'mknod /disk b 254 0'],
    ['mount', 'mount -t devtmpfs dev /mnt'],
    ['change the kernel', 'echo 1 >/proc/sys/vm/swappiness'],
    ['load a module', 'modprobe dummy'],
    ["see the host's processes", `test -d /proc/${process.pid}/fd || kill -0 ${process.pid}`],
    ["see the host's home folders", 'test -n "$(ls -A /root /home | grep -v :)"'],
    ['see the checkout', `ls -d ${process.cwd()}`],
    ['see sockets of the host', 'ls /run/docker.sock /var/run/docker.sock']
  ])('cannot %s', async (_what, script) => {
    expect((await sh(machine, script)).exitCode).not.toBe(0)
  })

  test("does not reach the host's loopback, by number or by name", async () => {
    const server = createServer(socket => void socket.end('host')).listen(8080, '127.0.0.1')
    await once(server, 'listening')
    for (const host of ['127.0.0.1', 'localhost', 'localhost.', 'ip6-loopback.']) {
      expect((await sh(machine, `curl -sS -m 5 http://${host}:8080/`)).exitCode).not.toBe(0)
    }
    server.close()
  })

  test('has a metadata service of its own, with tokens only', async () => {
    const url = 'http://169.254.169.254/latest'
    const ask = `curl -s -o /dev/null -w '%{http_code} ' ${url}/meta-data/instance-id
token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' ${url}/api/token)
curl -s -H "X-aws-ec2-metadata-token: $token" ${url}/meta-data/instance-id`
    expect(await stdoutOf(machine, ask)).toBe('401 i-1')
  })

  test('writes to its console', async () => {
    await sh(machine, 'echo "a marker" >/dev/console')
    await machine.says('a marker\n')
  })

  test('a script that takes too long is killed with all that it started', async () => {
    const result = await sh(machine, 'sleep 4711 & sleep 4711', { timeoutSeconds: 0.3 })
    expect(result).toMatchObject({ exitCode: 137, timedOut: true })
    expect(await stdoutOf(machine, 'pgrep -cf "sleep 471[1]"')).toBe('0')
  })

  test('a script is killed when it is aborted', async () => {
    const result = await sh(machine, 'sleep 60', { signal: AbortSignal.timeout(200) })
    expect(result).toMatchObject({ exitCode: 137, timedOut: false })
  })

  test('nobody waits for what a script leaves running', async () => {
    const started = performance.now()
    expect(await sh(machine, 'sleep 30 & echo done')).toMatchObject({ exitCode: 0, stdout: 'done\n' })
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('scripts for another distribution, and for Windows, are reported as not run', async () => {
    expect(await sh(machine, 'no-such-manager install x')).not.toHaveProperty('notRun')
    expect(await sh(machine, 'zypper install x')).toMatchObject({ notRun: expect.stringContaining('zypper') })
    expect(await sh(machine, 'ls', { shell: 'powershell' })).toMatchObject({
      notRun: expect.stringContaining('Windows')
    })
  })

  test("leaves the host's files alone", async () => {
    await sh(machine, 'rm -f /usr/bin/env; echo x >/etc/a-guest-was-here')
    expect(await stdoutOf(machine, '[ -e /usr/bin/env ] || echo gone')).toBe('gone')
    expect(existsSync('/usr/bin/env')).toBe(true)
    expect(existsSync('/etc/a-guest-was-here')).toBe(false)
  })
})
