import { quote } from '../quote.ts'
import type { CloudConfig, PackageName } from './cloud-config.ts'

/**
 * The functions of a boot program. `start` does what precedes user data: hostname, machine id, SSH host keys. Messages
 * are in cloud-init's own form, because scripts and people look for it on consoles.
 */
export const PRELUDE = `unset HOME
errors= first=
is_first() { [ -n "$first" ]; }
say() { echo "$(date -u '+%F %T'),000 - $1[$2]: $3"; }
fail() {
  errors="$errors\${errors:+, }\\"$1\\""
  say util.py WARNING "\${2:-Running module $1 failed}"
}
put() {
  mkdir -p "$(dirname "$1")" && printf %s "$4" | base64 -d >"$1" && chmod "$2" "$1" && chown "$3" "$1"
}
append() {
  mkdir -p "$(dirname "$1")" && printf %s "$4" | base64 -d >>"$1" && chmod "$2" "$1" && chown "$3" "$1"
}
start() {
  id=$1
  instance=/var/lib/cloud/instances/$id
  mkdir -p /run/cloud-init /var/log
  : >/run/cloud-init/running
  case $(cat /etc/machine-id 2>/dev/null) in
    '' | uninitialized) tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id ;;
  esac
  [ ! -e "$instance/sem/config_scripts_user" ] || return 0
  first=1
  mkdir -p "$instance/sem" "$instance/scripts" /var/lib/cloud/data
  : >"$instance/sem/config_scripts_user"
  ln -sfn "$instance" /var/lib/cloud/instance
  echo "$id" >/var/lib/cloud/data/instance-id
  name_host "$2"
  make_keys "$3"
  exec > >(tee -a /var/log/cloud-init-output.log) 2>&1
}
name_host() {
  echo "\${1%%.*}" >/etc/hostname
  printf '127.0.0.1 %s %s localhost\\n::1 localhost ip6-localhost ip6-loopback\\n' "$1" "\${1%%.*}" >/etc/hosts
}
make_keys() {
  if [ -d /etc/ssh ] && command -v ssh-keygen >/dev/null; then
    rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
    for type in ecdsa ed25519; do ssh-keygen -q -t $type -N '' -f "/etc/ssh/ssh_host_\${type}_key" </dev/null; done
  fi
  [ -n "$1" ] || return 0
  mkdir -p -m 700 /root/.ssh
  echo "$1" >>/root/.ssh/authorized_keys
  chmod 600 /root/.ssh/authorized_keys
}`

/** Runs all scripts of the instance in the order of their names; one that fails does not stop the others. */
export const RUN_SCRIPTS = `count=0 failed=
LC_ALL=C
for script in "$instance"/scripts/*; do
  [ -f "$script" ] && [ -x "$script" ] || continue
  count=$((count + 1))
  if [ "$(head -c 2 "$script" | tr -d '\\0')" = '#!' ]; then
    "$script" </dev/null
    code=$?
  else
    code='-: Exec format error. Missing #! in script?'
  fi
  [ "$code" = 0 ] || {
    failed="$failed\${failed:+,}\${script##*/}"
    say subp.py WARNING "Failed running $script [$code]"
  }
done
[ -z "$failed" ] || {
  say cc_scripts_user.py WARNING "Failed to run module scripts_user (scripts in /var/lib/cloud/instance/scripts)"
  fail scripts_user "Running module scripts_user failed ($failed of $count scripts)"
}`

/** Says how cloud-init ended, on the console and to \`cloud-init status\`. */
export const FINISH = `! is_first || {
  mkdir -p "$instance"
  date -u >"$instance/boot-finished"
}
[ -e /run/cloud-init/result.json ] ||
  echo "{\\"v1\\": {\\"datasource\\": \\"DataSourceEc2Local\\", \\"errors\\": [$errors]}}" >/run/cloud-init/result.json
rm -f /run/cloud-init/running
read -r up rest </proc/uptime
echo "Cloud-init v. 24.4 finished at $(date -u -R). Datasource DataSourceEc2Local.  Up $up seconds"`

/** The lines that bring packages in with the package manager that the guest has. */
export function installPackages(config: CloudConfig): string[] {
  const { packages, updatePackages, upgradePackages } = config
  if (packages.length === 0 && !updatePackages && !upgradePackages) return []
  const install = (join: string) => packages.map(name => quote(packageName(name, join))).join(' ')
  const with_ = (manager: string, refresh: string, upgrade: string, add: string) => {
    const steps = [refresh, ...(upgradePackages ? [upgrade] : []), ...(packages.length > 0 ? [add] : [])]
    return `elif command -v ${manager} >/dev/null; then ${steps.join(' && ')}`
  }
  const apt = 'DEBIAN_FRONTEND=noninteractive apt-get --assume-yes -o Dpkg::Options::=--force-confold'
  const lines = [
    'if false; then :',
    with_('apt-get', 'apt-get --quiet update', `${apt} dist-upgrade`, `${apt} install ${install('=')}`),
    with_('dnf', 'dnf -y makecache', 'dnf -y upgrade', `dnf -y install ${install('-')}`),
    with_('yum', 'yum -y makecache', 'yum -y upgrade', `yum -y install ${install('-')}`),
    with_('zypper', 'zypper -n refresh', 'zypper -n update', `zypper -n install ${install('=')}`),
    with_('apk', 'apk update', 'apk upgrade', `apk add ${install('=')}`),
    'else say util.py WARNING "packages not installed: this guest has no package manager that is known"; false; fi </dev/null ||'
  ]
  return [...lines, `  fail package_update_upgrade_install`]
}

function packageName(name: PackageName, join: string): string {
  return typeof name === 'string' ? name : name.join(join)
}
