import { GUEST_FOLDER } from './shell.ts'

/** It is gone after a reboot, and the timer with it. */
const IS_SET = `${GUEST_FOLDER}/deadline`

/**
 * Bash that powers the builder off once `seconds` have passed, whoever else is still there to end it. The timer is a
 * transient unit, which systemd keeps under /run (or a process, without systemd), so it can't get into the image: an
 * instance booted from it knows no deadline.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd-run.html
 */
export function deadlineScript(seconds: number | '$left'): string {
  return `if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  systemd-run --quiet --unit=ami-action-deadline --on-active=${seconds} --timer-property=AccuracySec=1s systemctl poweroff
else
  setsid --fork sh -c 'sleep "$0"; poweroff' ${seconds} </dev/null >/dev/null 2>&1
fi
mkdir -p -m 700 ${GUEST_FOLDER}; : >${IS_SET}
`
}

/** Bash that sets the deadline again where a step has rebooted the builder. */
export const deadlineAfterReboot = (deadline: Date): string => `if [ ! -e ${IS_SET} ]; then
left=$(( ${Math.floor(deadline.getTime() / 1000)} - $(date +%s) )); [ $left -gt 0 ] || left=1
${deadlineScript('$left')}fi
`
