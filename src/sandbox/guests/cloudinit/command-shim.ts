/**
 * The `cloud-init` command as scripts use it: to wait for the end of first boot, and to clean before an image is made.
 *
 * @see https://docs.cloud-init.io/en/latest/reference/cli.html
 */
export const CLOUD_INIT_SHIM = `#!/bin/bash
state() {
  if [ -e /run/cloud-init/result.json ]; then
    grep -q '"errors": \\[\\]' /run/cloud-init/result.json && echo done || echo error
  elif [ -e /run/cloud-init/running ]; then
    echo running
  else
    echo 'not started'
  fi
}

status() {
  local wait= long=
  for word in "$@"; do
    case $word in --wait | -w) wait=1 ;; --long | -l) long=1 ;; esac
  done
  while [ -n "$wait" ] && [ "$(state)" = running ]; do sleep 0.1; done
  echo "status: $(state)"
  [ -z "$long" ] || printf 'boot_status_code: enabled-by-sandbox\\ndetail: DataSourceEc2Local\\n'
  [ "$(state)" != error ]
}

clean() {
  rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
  local next=
  for word in "$@"; do
    case $word in
      --logs | -l) rm -f /var/log/cloud-init.log /var/log/cloud-init-output.log ;;
      --seed | -s) rm -rf /var/lib/cloud/seed ;;
      --machine-id) echo uninitialized >/etc/machine-id ;;
      --reboot | -r) next=reboot ;;
    esac
  done
  [ -z "$next" ] || exec "$next"
}

case \${1-} in
  status | clean) "$@" ;;
  --version | -v) echo '/usr/bin/cloud-init 24.4 (sandbox)' ;;
  init | modules | single | query) echo "cloud-init $*: ignored, the sandbox runs user data itself" >&2 ;;
  *) echo 'usage: cloud-init status [--wait] [--long] | clean [--logs] [--machine-id] [--seed] [--reboot]' >&2; exit 2 ;;
esac
`
