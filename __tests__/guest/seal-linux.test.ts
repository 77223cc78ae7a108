import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { sealLinuxScript } from '../../src/guest/seal-linux.ts'

/** Folders of this machine that are replaced by empty ones, for the script alone. */
const REPLACED = ['/etc', '/root', '/home', '/var', '/run', '/tmp']
const PROGRAMS = ['rm', 'find', 'truncate', 'bash']

/** What a build leaves behind, and must not be in an image. */
const LEFTOVERS = [
  '/etc/ssh/ssh_host_ed25519_key',
  '/etc/ssh/ssh_host_ed25519_key.pub',
  '/etc/sudoers.d/90-cloud-init-users',
  '/etc/udev/rules.d/70-persistent-net.rules',
  '/root/.ssh/authorized_keys',
  '/root/.bash_history',
  '/home/ec2-user/.ssh/authorized_keys',
  '/home/ec2-user/.bash_history',
  '/home/with space/.ssh/authorized_keys',
  '/var/lib/cloud/instances/i-0123/user-data.txt',
  '/var/lib/cloud/.hidden',
  '/var/lib/dbus/machine-id',
  '/var/lib/systemd/random-seed',
  '/var/lib/dhclient/dhclient.leases',
  '/var/lib/dhcp/dhclient.eth0.leases',
  '/var/lib/amazon/ssm/Vault/Store/RegistrationKey',
  '/var/log/amazon/ssm/amazon-ssm-agent.log',
  '/var/log/journal/0123/system.journal',
  '/var/log/messages.1',
  '/var/log/apt/history.log.2.gz',
  '/var/lib/apt/lists/archive',
  '/var/cache/dnf/metadata',
  '/tmp/build output/x',
  '/tmp/.hidden',
  '/var/tmp/-rf'
]
const EMPTIED = ['/etc/machine-id', '/var/log/cloud-init.log', '/var/log/nginx/access.log']
const KEPT = [
  '/etc/ssh/sshd_config',
  '/etc/passwd',
  '/root/.bashrc',
  '/home/ec2-user/.ssh/config',
  '/var/lib/dpkg/status',
  '/var/www/index.html'
]

/** Bash with mounts of its own, which end with it. */
const isolate = (script: string, ...args: readonly string[]) =>
  spawnSync('unshare', ['--mount', '--propagation', 'private', '--', '/bin/bash', '-euc', script, 'bash', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, SEAL: sealLinuxScript() }
  })

/** Real sealing needs root on Linux. */
const testReal = process.getuid?.() === 0 && isolate('true').status === 0 ? test : test.skip

const MAKE_FILE = 'make() { mkdir -p "$(dirname "$1")"; echo content >"$1"; }'

/**
 * Seals a machine with all these files, after `prepare`. The script finds few programs, and no service of the real
 * machine; the folders are the test's own mounts.
 */
function seal(prepare = '') {
  const files = [...LEFTOVERS, ...EMPTIED, ...KEPT]
  const script = `${REPLACED.map(folder => `mount -t tmpfs none ${folder}`).join('\n')}
[ ! -e /etc/passwd ]
${MAKE_FILE}
for file in "$@"; do make "$file"; done
mkdir /run/bin; ln -s /bin/true /run/bin/sync
for name in ${PROGRAMS.join(' ')}; do ln -s "$(command -v $name)" /run/bin/$name; done
${prepare}
code=0
PATH=/run/bin /bin/bash -c "$SEAL" || code=$?
for file in "$@"; do
  state=gone; [ ! -e "$file" ] || state=empty; [ ! -s "$file" ] || state=kept
  echo "$state $file"
done
exit $code`
  const { status, stdout, stderr } = isolate(script, ...files)
  return { status, lines: stdout.trimEnd().split('\n'), stderr }
}

test('is valid bash', () => {
  const { status, stderr } = spawnSync('/bin/bash', ['-n'], { input: sealLinuxScript(), encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

describe('sealing', () => {
  testReal('removes what a build leaves behind, empties logs and machine id, and touches nothing else', () => {
    expect(seal()).toEqual({
      status: 0,
      lines: [
        ...LEFTOVERS.map(file => `gone ${file}`),
        ...EMPTIED.map(file => `empty ${file}`),
        ...KEPT.map(file => `kept ${file}`)
      ],
      stderr: ''
    })
  })

  testReal.each([
    ['a folder that cannot be removed', 'mkdir /tmp/stuck; mount -t tmpfs none /tmp/stuck', '/tmp/stuck'],
    [
      'keys that cannot be removed',
      'file=/root/.ssh/authorized_keys; mount --bind $file $file',
      '/root/.ssh/authorized_keys'
    ],
    [
      'several',
      'mkdir /var/tmp/a; mount -t tmpfs none /var/tmp/a; mkdir /tmp/b; mount -t tmpfs none /tmp/b',
      '/tmp/b /var/tmp/a'
    ],
    ['a machine id that cannot be emptied', 'mount --bind -o ro /etc/machine-id /etc/machine-id', '/etc/machine-id']
  ])('says what is still there, and fails: %s', (_, prepare, left) => {
    const { status, lines } = seal(prepare)
    expect(status).toBe(1)
    expect(lines[0]).toBe(`still there after sealing: ${left}`)
  })

  testReal('a link that points nowhere counts as left behind', () => {
    const prepare = 'mkdir -p /var/tmp/x; ln -s /nowhere /var/tmp/x/link; mount --bind -o ro /var/tmp/x /var/tmp/x'
    expect(seal(prepare)).toMatchObject({
      status: 1,
      lines: expect.arrayContaining(['still there after sealing: /var/tmp/x'])
    })
  })

  testReal('a machine without any of it is fit, too', () => {
    const { status, stderr } = seal('rm -r /home/* /root/.??* /var/lib /etc/ssh /etc/machine-id')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  testReal('lets package managers and cloud-init clean up after themselves', () => {
    const shim = (name: string) => `printf '#!/bin/bash\\necho "${name} $*" >>/run/asked\\n' >/run/bin/${name}`
    const shims = ['dnf', 'yum', 'apt-get', 'cloud-init', 'journalctl', 'systemctl'].map(shim).join('\n')
    const { status, lines } = seal(`${shims}\nchmod +x /run/bin/*; trap 'cat /run/asked' EXIT`)
    expect(status).toBe(0)
    expect(lines.slice(-8)).toEqual([
      'systemctl stop rsyslog',
      'systemctl stop auditd',
      'systemctl stop systemd-random-seed',
      'dnf -q clean all',
      'apt-get -q clean',
      'cloud-init clean --logs --seed',
      'journalctl --rotate',
      'journalctl --vacuum-time=1s'
    ])
  })

  testReal('leaves the folders of a running SSM agent to the shutdown', () => {
    const shim = `printf '#!/bin/bash\\nprintf "%%s\\\\n" "$@" >/run/asked\\n' >/run/bin/systemd-run; chmod +x /run/bin/systemd-run`
    const { status, lines } = seal(`mkdir -p /run/systemd/system; ${shim}; trap 'cat /run/asked' EXIT`)
    expect(status).toBe(0)
    expect(lines).toContain('kept /var/lib/amazon/ssm/Vault/Store/RegistrationKey')
    expect(lines.slice(-7)).toEqual([
      '--unit=ami-action-seal',
      '--remain-after-exit',
      '-p',
      'Before=amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service',
      '-p',
      'ExecStop=/bin/rm -rf /var/lib/amazon/ssm /var/log/amazon/ssm',
      'true'
    ])
  })
})
