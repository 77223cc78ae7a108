/**
 * Bash that powers the builder off once `seconds` have passed, whoever else is still there to end it. The timer is a
 * transient unit, which systemd keeps under /run (or a process, without systemd), so it can't get into the image: an
 * instance booted from it knows no deadline.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd-run.html
 */
export function deadlineScript(seconds: number): string {
  return `if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  systemd-run --quiet --unit=ami-action-deadline --on-active=${seconds} --timer-property=AccuracySec=1s systemctl poweroff
else
  setsid --fork sh -c 'sleep ${seconds}; poweroff' </dev/null >/dev/null 2>&1
fi
`
}
