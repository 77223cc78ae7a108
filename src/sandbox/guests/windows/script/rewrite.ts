import type { Language } from './compile-command.ts'

/** A command in its plainest words. */
export interface PlainCommand {
  readonly line: string
  /** Whether a program or cmdlet is meant by name, so that a string in its place is not just printed. */
  readonly isCall: boolean
  /** Whether what it prints is thrown away. */
  readonly isSilent: boolean
  /** What `-ErrorAction` says. */
  readonly onError?: string
}

/** Ways to run something, each of which says no more than what comes after it. */
const CALLS: readonly RegExp[] = [
  /^[&.]\s+(?=\S)/,
  /^cmd(?:\.exe)?\s+\/c\s+(?=\S)/i,
  /^(?:powershell|pwsh)(?:\.exe)?\s+(?:-(?:nologo|noprofile|noninteractive|executionpolicy\s+\w+)\s+)*(?:-(?:file|command|c)\s+)?(?=[^-\s])/i
]
const SHELLS: readonly RegExp[] = CALLS.slice(1)

const THROWN_AWAY = /(?:\|\s*out-null|\*?>\s*\$null)$/i
/** Where output goes anyway. */
const PASSED_ON = /(?:\|\s*(?:out-default|out-string|out-host|write-host|write-output)|[2*]>&1)$/i
const ON_ERROR = /\s-(?:ErrorAction|EA)\s+(Stop|SilentlyContinue|Continue|Ignore)\b/i

/** Batch and PowerShell write to files alike. */
const TO_FILE = /^(?:echo|write-output)\s([^|>]*)(>>?)\s*([^\s>]+)$/i

/** Start-Process with -Wait, and what it starts. */
const START =
  /^start-process\s+(?:-filepath\s+)?(?<path>'[^']*'|"[^"]*"|\S+)(?:\s+-argumentlist\s+(?<args>'[^']*'|"[^"]*"))?(?<flags>(?:\s+-(?:wait|nonewwindow))+)$/i

/** Says a command in its plainest way. In batch files `%NAME%` is a variable. */
export function rewrite(text: string, language: Language): PlainCommand {
  let line = language === 'batch' ? text.replace(/%(\w+)%/g, (_, name) => `\${env:${name}}`) : text
  let isCall = language === 'batch'
  const isSilent = THROWN_AWAY.test(line)
  line = strip(line.replace(THROWN_AWAY, '').trimEnd(), PASSED_ON)
  const [, onError] = ON_ERROR.exec(line) ?? []
  line = line.replace(ON_ERROR, '')
  const start = START.exec(line)?.groups
  if (start && /-wait/i.test(start.flags ?? '')) {
    line = `& ${start.path} ${start.args?.slice(1, -1) ?? ''}`
  }
  for (let call = findCall(line); call; call = findCall(line)) {
    isCall = true
    const isShell = SHELLS.some(shell => shell.test(line))
    line = line.replace(call, '')
    if (isShell) line = line.replace(/^"([^"]*)"$|^'([^']*)'$/, '$1$2')
  }
  // The user guide has the quotes of EC2Config's command around its arguments.
  line = line.replace(/^"([^"]+\\)"(ec2config\.exe) (-sysprep)""?$/i, '"$1$2" $3')
  const [, echoed = '', arrows, path] = TO_FILE.exec(line) ?? []
  if (arrows) line = `${arrows === '>' ? 'set' : 'add'}-content -path ${path} -value ${echoed.trim()}`
  return { line: line.trim(), isCall, isSilent, ...(onError && { onError }) }
}

const findCall = (line: string): RegExp | undefined => CALLS.find(call => call.test(line))

function strip(line: string, tail: RegExp): string {
  const shorter = line.replace(tail, '').trimEnd()
  return shorter === line ? line : strip(shorter, tail)
}
