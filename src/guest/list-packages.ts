import { quote } from './shell.ts'

/** Of base64: Run Command keeps 24,000 characters of output, and a console 64 KB for all that a bake says. */
export const MAX_CHARACTERS = 20_000
/** Consoles and Run Command dislike very long lines. */
export const LINE_CHARACTERS = 480
const LIMIT_SECONDS = 60

/** What each of its lines begins with. */
export const markOf = (nonce: string): string => `ami-action ${nonce} 0 packages`

/**
 * One line a package: kind, name, version with epoch, architecture and, of dpkg, status, with tabs between. The first line
 * is that of the system.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
const LIST = `(. /etc/os-release; printf 'os\\t%s\\t%s\\n' "$ID" "$VERSION_ID")
if command -v rpm >/dev/null; then rpm -qa --qf 'rpm\\t%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\n' | sort; fi
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f 'deb\\t\${Package}\\t\${Version}\\t\${Architecture}\\t\${db:Status-Status}\\n' | sort
fi
`

/**
 * Bash that prints what rpm and dpkg have installed, compressed, in lines that `readPackageList` reads. It leaves with 0
 * in every case: an image without a list is as good.
 */
export function listPackagesScript(nonce: string): string {
  const prefix = markOf(nonce)
  return `packed=$(timeout ${LIMIT_SECONDS} bash -c ${quote(LIST)} 2>/dev/null | gzip -9 -n | base64 | tr -d '\\n' | fold -w ${LINE_CHARACTERS})
if [ \${#packed} -gt ${MAX_CHARACTERS} ]; then
  echo "${prefix} 0/0 it takes \${#packed} characters, and there is room for ${MAX_CHARACTERS}"
else
  lines=$(echo "$packed" | wc -l); line=0
  echo "$packed" | while read -r part; do line=$((line + 1)); echo "${prefix} $line/$lines $part"; done
fi
true
`
}
