import { CLOUD_INIT_SHIM } from './cloudinit/command-shim.ts'

/**
 * Commands that a guest without systemd needs in another form, by name. They are the topmost read-only layer below a
 * guest's own, so that packages can replace and remove them as usual, and never part of a snapshot.
 */
export const SHIMS: Readonly<Record<string, string>> = {
  poweroff: '#!/bin/sh\nexec shutdown --sandbox-signal TERM now\n',
  reboot: '#!/bin/sh\nexec shutdown --sandbox-signal HUP now\n',
  halt: `#!/bin/sh
case " $* " in
  *" -p "* | *" --poweroff "*) exec shutdown --sandbox-signal TERM now ;;
  *) exec shutdown --sandbox-signal USR1 now ;;
esac
`,
  shutdown: `#!/bin/sh
signal=TERM when=
while [ $# -gt 0 ]; do
  case $1 in
    --sandbox-signal) signal=$2; shift ;;
    -r | --reboot) signal=HUP ;;
    -H | --halt) signal=USR1 ;;
    -c) kill "$(cat /run/sandbox/shutdown.pid 2>/dev/null)" 2>/dev/null; rm -f /run/sandbox/shutdown.pid; exit 0 ;;
    -k) exit 0 ;;
    -*) ;;
    *) [ -n "$when" ] || when=$1 ;;
  esac
  shift
done
case \${when:-+1} in
  now | +0 | 0) seconds=0 ;;
  +*) seconds=$((60 * \${when#+})) ;;
  *:*) seconds=$(($(date -d "$when" +%s) - $(date +%s))); [ $seconds -ge 0 ] || seconds=$((seconds + 86400)) ;;
  '') seconds=60 ;;
  *) seconds=$((60 * when)) ;;
esac
[ "$seconds" -gt 0 ] || { kill -s $signal 1; exit; }
(trap '' HUP; sleep "$seconds"; kill -s $signal 1) </dev/null >/dev/null 2>&1 &
echo $! >/run/sandbox/shutdown.pid
echo "Shutdown scheduled in $seconds seconds, use 'shutdown -c' to cancel." >&2
`,
  systemctl: `#!/bin/sh
verb=
for word in "$@"; do
  case $word in -*) ;; *) verb=$word; break ;; esac
done
case $verb in
  poweroff) exec shutdown --sandbox-signal TERM now ;;
  reboot | soft-reboot | kexec) exec shutdown --sandbox-signal HUP now ;;
  halt) exec shutdown --sandbox-signal USR1 now ;;
  is-active | status) echo inactive; exit 3 ;;
  is-enabled) echo disabled; exit 1 ;;
  is-failed) echo inactive; exit 1 ;;
  is-system-running) echo running ;;
  '' | show | cat | list-*) ;;
  *) echo "systemctl $*: ignored, services do not run in this guest" >&2 ;;
esac
`,
  'cloud-init': CLOUD_INIT_SHIM
}
