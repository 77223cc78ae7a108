import type { Place } from '../errors.ts'
import type { ScriptStep } from './recipe.ts'

const TIMEOUT_SECONDS = 30 * 60

/**
 * Amazon Linux 2023 keeps to the repository of its image unless it is told of the latest one.
 *
 * @see https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades-usage.html
 */
const SCRIPT = `. /etc/os-release
if command -v dnf >/dev/null; then
  release=()
  [ "$ID-\${VERSION_ID:-}" != amzn-2023 ] || release=(--releasever=latest)
  dnf -y -q upgrade --refresh "\${release[@]}"
elif command -v yum >/dev/null; then
  yum -y -q update
elif command -v apt-get >/dev/null; then
  apt-get -q update
  apt-get -q -y -o Dpkg::Options::=--force-confold dist-upgrade
elif command -v zypper >/dev/null; then
  zypper --non-interactive refresh
  zypper --non-interactive update
else
  echo "Expected dnf, yum, apt-get or zypper to patch $ID with, found none" >&2
  exit 1
fi
`

/** The step of `provision: { patch: true }`: all packages of the base are brought up to date, before the other steps. */
export const patchStep = (place: Place): ScriptStep => ({
  kind: 'run',
  name: 'patch the system',
  shell: 'bash',
  script: SCRIPT,
  env: {},
  timeoutSeconds: TIMEOUT_SECONDS,
  place
})
