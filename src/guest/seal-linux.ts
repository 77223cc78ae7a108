/**
 * What must not be in an image: identity (host keys, machine id, cloud-init's and the SSM agent's registration),
 * access (authorized keys), and what the build left behind (logs, histories, caches).
 *
 * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/security-best-practices.html#post-build-cleanup
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/building-shared-amis.html
 */
const REMOVED = [
  '/etc/ssh/ssh_host_*',
  '/root/.ssh/authorized_keys',
  '/home/*/.ssh/authorized_keys',
  '/root/.bash_history',
  '/home/*/.bash_history',
  '/etc/sudoers.d/90-cloud-init-users',
  '/var/lib/cloud/*',
  '/var/lib/systemd/random-seed',
  '/var/lib/dhclient/*',
  '/var/lib/dhcp/dhclient.*',
  '/etc/udev/rules.d/70-persistent-net.rules',
  '/var/lib/apt/lists/*',
  '/var/cache/dnf/*',
  '/var/cache/yum/*',
  '/var/log/journal/*',
  '/tmp/*',
  '/var/tmp/*'
]

/** The SSM agent re-uses a private key that it finds here: every instance of the image would share it. */
const AGENT_FOLDERS = '/var/lib/amazon/ssm /var/log/amazon/ssm'

/**
 * Bash that makes a Linux builder fit to be imaged. It leaves with 0 only once nothing of REMOVED is left.
 *
 * The agent that may be running this script writes its state until it stops, so its folders are removed as the
 * machine shuts down: a unit ordered before the agent's is stopped after it.
 */
export function sealLinuxScript(): string {
  return `export HISTFILE=/dev/null
for unit in rsyslog auditd systemd-random-seed; do systemctl stop $unit >/dev/null 2>&1 || service $unit stop >/dev/null 2>&1; done
if command -v dnf >/dev/null; then dnf -q clean all; elif command -v yum >/dev/null; then yum -q clean all; fi >/dev/null 2>&1
if command -v apt-get >/dev/null; then apt-get -q clean; fi >/dev/null 2>&1
if command -v cloud-init >/dev/null; then cloud-init clean --logs --seed; fi >/dev/null 2>&1
if command -v journalctl >/dev/null; then journalctl --rotate; journalctl --vacuum-time=1s; fi >/dev/null 2>&1
shopt -s nullglob dotglob
rm -rf ${REMOVED.join(' ')}
find /var/log -type f \\( -name '*.gz' -o -regex '.*\\.[0-9]+' \\) -delete
find /var/log -type f -exec truncate -s 0 {} +
[ ! -e /etc/machine-id ] || truncate -s 0 /etc/machine-id
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  systemd-run --quiet --unit=ami-action-seal --remain-after-exit -p 'Before=amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service' -p "ExecStop=/bin/rm -rf ${AGENT_FOLDERS}" true
else
  rm -rf ${AGENT_FOLDERS}
fi
sync
left=()
for path in ${REMOVED.join(' ')}; do
  if [ -e "$path" ] || [ -L "$path" ]; then left+=("$path"); fi
done
[ \${#left[@]} -eq 0 ] || { echo "still there after sealing: \${left[*]}"; exit 1; }
[ ! -s /etc/machine-id ] || { echo "still there after sealing: /etc/machine-id"; exit 1; }
`
}
