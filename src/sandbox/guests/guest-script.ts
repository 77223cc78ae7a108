import { ENTERING, INSIDE } from './capabilities.ts'
import { HOST_ENV } from './command.ts'
import { quote } from './quote.ts'
import { toolInGuest } from './tools.ts'

/** PID 1 of a guest: boots what comes on its standard input, stays until told, ends with how it was told. */
const INIT = `export PATH=${HOST_ENV.PATH} LANG=C.UTF-8
exec 3<&0 </dev/null
down() {
  trap '' TERM HUP USR1
  kill -TERM -1
  for try in {1..40}; do
    others=(/proc/[0-9]*)
    [ \${#others[@]} -gt 1 ] || break
    sleep 0.05
  done
}
trap 'down; echo "reboot: Power down"; exit 0' TERM
trap 'down; echo "reboot: Restarting system"; exit 129' HUP
trap 'down; echo "reboot: System halted"; trap "exit 0" TERM' USR1
{ cat <&3 >/run/sandbox/boot; exec 3<&-; /bin/bash /run/sandbox/boot; } &
exec 3<&-
while :; do sleep 2147483647 & wait $!; done
`

/** Mounts a guest's file systems, gives it its network, and becomes its PID 1. Runs in the guest's new namespaces. */
const GUEST = `set -eu
id=$1 name=$2 address=$3 lower=$4 volume=$5; shift 5
read -r pid rest </proc/self/stat
m=g/$id/root
overlay() {
  mount -t overlay -o "lowerdir=$1,upperdir=v/$2/up,workdir=v/$2/work,index=off,redirect_dir=off,metacopy=off" guest "$3"
}
overlay "$lower" "$volume" "$m"
mkdir -p "$m/proc" "$m/sys" "$m/dev" "$m/run" "$m/tmp" "$m/etc"
while [ $# -gt 0 ]; do
  mkdir -p "$m/mnt/$1"
  overlay "$2" "$3" "$m/mnt/$1"
  shift 3
done
mount -t proc -o nosuid,nodev,noexec proc "$m/proc"
mount --bind "$m/proc/sys" "$m/proc/sys"
mount -o remount,bind,ro "$m/proc/sys"
for file in sysrq-trigger kcore kmsg timer_list; do
  [ ! -e "$m/proc/$file" ] || mount --bind /dev/null "$m/proc/$file"
done
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$m/sys" 2>/dev/null || true
mount -t tmpfs -o nosuid,mode=755,size=1m dev "$m/dev"
for file in null zero full random urandom tty; do
  : >"$m/dev/$file"
  mount --bind "/dev/$file" "$m/dev/$file"
done
: >"$m/dev/console"
mount --bind "g/$id/console" "$m/dev/console"
mkdir "$m/dev/pts" "$m/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$m/dev/pts"
mount -t tmpfs -o nosuid,nodev,mode=1777 shm "$m/dev/shm"
ln -s pts/ptmx "$m/dev/ptmx"
ln -s /proc/self/fd "$m/dev/fd"
ln -s /proc/self/fd/0 "$m/dev/stdin"
ln -s /proc/self/fd/1 "$m/dev/stdout"
ln -s /proc/self/fd/2 "$m/dev/stderr"
mount -t tmpfs -o nosuid,nodev,mode=755 run "$m/run"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmp "$m/tmp"
mkdir -p "$m/run/lock" "$m/run/sandbox/host" "$m/run/sandbox/tools"
mount --bind t "$m/run/sandbox/tools"
mount -o remount,bind,ro,nosuid,nodev "$m/run/sandbox/tools"
chmod 1777 "$m/run/lock"
hostname "$name"
if [ -n "$address" ]; then
  nsenter --net=/proc/self/fd/5 ip link set eth0 netns $$
  ip -batch - <<END
link set lo up
link set eth0 up
addr add $address/32 dev eth0
route add 169.254.169.252/30 dev eth0 src $address
route add 198.18.0.0/15 dev eth0 src $address
END
  # What a DHCP client would write.
  [ -L "$m/etc/resolv.conf" ] || { rm -f "$m/etc/resolv.conf"; echo 'nameserver 169.254.169.253' >"$m/etc/resolv.conf"; }
  for link in systemd/resolve/stub-resolv.conf systemd/resolve/resolv.conf NetworkManager/resolv.conf; do
    mkdir -p "$m/run/\${link%/*}"
    echo 'nameserver 169.254.169.253' >"$m/run/$link"
  done
fi
printf %s "$GUEST_INIT" >"$m/run/sandbox/init"
unset GUEST_INIT
cd "$m"
pivot_root . run/sandbox/host
${toolInGuest('umount').join(' ')} -l /run/sandbox/host
echo "guest $pid" >&4
exec 4>&- 5>&-
exec -c ${INSIDE.join(' ')} /bin/bash --norc /run/sandbox/init`

/**
 * Runs a guest: $1 is its id, $2 its hostname, $3 its address (nothing for a guest without network), $4 the lower
 * folders of its root volume, $5 that volume; then three words for each data volume: name, lower folders, volume.
 *
 * Its standard output is the guest's console to the last byte: what reads the console is outside of the guest. Its
 * standard error has `router PID` and `guest PID`, as the host numbers them. Its exit code is that of the guest's PID 1.
 */
export const LAUNCH = `read -r pid rest </proc/self/stat
mkdir -p "g/$1/root"
rm -f "g/$1/console"
mkfifo -m 622 "g/$1/console"
cat "g/$1/console" &
exec 3>"g/$1/console" 4>&2 5</proc/self/ns/net
if [ -n "$3" ]; then
  ip -batch - <<END
link set lo up
link add name router type veth peer name eth0
link set router up
addr add 169.254.169.253/32 dev lo
addr add 169.254.169.254/32 dev lo
addr add 198.18.0.0/15 dev lo
route add $3/32 dev router
END
  echo "router $pid" >&4
fi
GUEST_INIT=$INIT_TEXT ${ENTERING.join(' ')} \\
  unshare --mount --pid --uts --ipc --net --fork --kill-child=KILL -- \\
  bash --norc -c "$GUEST_TEXT" guest "$@" >&3 2>&3 3>&-
code=$?
exec 3>&-
wait
rm -rf "g/$1"
exit $code`
  .replace('$INIT_TEXT', () => quote(INIT))
  .replace('"$GUEST_TEXT"', () => quote(GUEST))
