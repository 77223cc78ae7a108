/** What an instance says of itself: what must differ between two instances of an image, and what must not be there. */
export interface GuestIdentity {
  readonly identity: Readonly<Record<string, string>>
  readonly leftovers: readonly string[]
}

/** What a bake leaves where sealing was incomplete, or was undone since; a boot writes none of it by itself. */
const LEFTOVERS = '/root/.bash_history /home/*/.bash_history /var/tmp/ami-action*'

/**
 * Bash that prints an instance's identity. The folders of cloud-init are named by instance: only that of this one may be
 * there.
 */
export const LINUX_IDENTITY = `shopt -s nullglob
echo "identity machine-id $(cat /etc/machine-id 2>/dev/null)"
for key in /etc/ssh/ssh_host_*_key.pub; do echo "identity \${key##*/} $(cut -d' ' -f2 <"$key")"; done
for path in ${LEFTOVERS}; do [ ! -e "$path" ] || echo "leftover $path"; done
for path in /var/lib/cloud/instances/i-*; do
  [ "\${path##*/}" = "\${AWS_SSM_INSTANCE_ID:-\${path##*/}}" ] || echo "leftover $path"
done
`

/** PowerShell that prints an instance's identity: Sysprep gives each a SID and a name of its own. */
export const WINDOWS_IDENTITY = `$sid = (Get-LocalUser -Name Administrator).SID.AccountDomainSid.Value
Write-Output "identity sid $sid"
Write-Output "identity computer-name $env:COMPUTERNAME"
$state = (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State').ImageState
if ($state -ne 'IMAGE_STATE_COMPLETE') { Write-Output "leftover $state" }
exit 0
`

/** Reads what either of them has printed. */
export function readIdentity(stdout: string): GuestIdentity {
  const lines = stdout.split(/\r?\n/)
  const pairs = lines.flatMap(line =>
    [...line.matchAll(/^identity (\S+) (\S.*)$/g)].map(([, name = '', value = '']) => [name, value])
  )
  return {
    identity: Object.fromEntries(pairs),
    leftovers: lines.flatMap(line => /^leftover (.+)$/.exec(line)?.[1] ?? [])
  }
}
