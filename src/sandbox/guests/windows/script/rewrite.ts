import type { Language } from './compile.ts'

/** Ways to say the same: each is replaced until none is left. */
const SAME: readonly (readonly [pattern: RegExp, plain: string])[] = [
  [/\s*\|\s*(?:out-null|out-default|out-string|out-host|write-host|write-output)\s*$/i, ''],
  [/\s*(?:2>&1|\*>&1|>\s*\$null|2>\s*\$null)\s*$/i, ''],
  [/^[&.]\s+(?=\S)/, ''],
  [
    /^(?:powershell|pwsh)(?:\.exe)?\s+(?:-(?:nologo|noprofile|noninteractive|executionpolicy\s+\w+)\s+)*(?:-(?:file|command|c)\s+)?(?=[^-\s])/i,
    ''
  ],
  [/^cmd(?:\.exe)?\s+\/c\s+(?=\S)/i, ''],
  [/\s+-(?:ErrorAction|EA)\s+(?:Stop|SilentlyContinue|Continue|Ignore)\b/i, '']
]

/** Start-Process with -Wait, and what it starts. */
const START =
  /^start-process\s+(?:-filepath\s+)?(?<path>'[^']*'|"[^"]*"|\S+)(?:\s+-argumentlist\s+(?<args>'[^']*'|"[^"]*"))?(?<flags>(?:\s+-(?:wait|nonewwindow))+)$/i

/** Says a command in its plainest way. In batch files `%NAME%` is a variable. */
export function rewrite(text: string, language: Language): string {
  let line = language === 'batch' ? text.replace(/%(\w+)%/g, (_, name) => `\${env:${name}}`) : text
  // The user guide has the quotes of EC2Config's command around its arguments.
  line = line.replace(/^"([^"]+\\)"(ec2config\.exe) (-sysprep)""?$/i, '"$1$2" $3')
  const start = START.exec(line)?.groups
  if (start && /-wait/i.test(start.flags ?? '')) line = `${start.path} ${start.args?.slice(1, -1) ?? ''}`
  for (let before = ''; before !== line; ) {
    before = line
    for (const [pattern, plain] of SAME) line = line.replace(pattern, plain)
  }
  return line.trim()
}
