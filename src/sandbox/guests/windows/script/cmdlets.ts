import { keep } from '../machine.ts'
import { inBackground } from '../power.ts'
import { shutDown } from '../sysprep.ts'
import { deleteFiles } from '../system.ts'
import type { Command } from './commands.ts'
import { registryValue } from './registry.ts'
import { Exit, type Shell } from './shell.ts'
import { hasPath, normalPath } from './values.ts'

/** What else a script may do: wait, end the machine, look at its files and write some. */
export const CMDLETS: readonly Command[] = [
  {
    pattern: /^(?:start-sleep|sleep)(?: -(?:seconds|s))? (?<seconds>\d+(?:\.\d+)?)$/i,
    act: (shell, { seconds }) => shell.wait(Number(seconds))
  },
  {
    pattern: /^start-sleep -(?:milliseconds|m) (?<ms>\d+)$/i,
    act: (shell, { ms }) => shell.wait(Number(ms) / 1000)
  },
  {
    pattern: /^timeout(?:\.exe)? \/t (?<seconds>\d+)(?: \/nobreak)?$/i,
    act: (shell, { seconds }) => shell.wait(Number(seconds))
  },
  { pattern: /^exit \/b(?: (?<code>\d+))?$/i, act: (_, { code = '0' }) => end(Number(code)) },
  { pattern: /^exit(?: (?<code>\d+))?$/i, act: (_, { code = '0' }) => end(Number(code)) },
  {
    pattern:
      /^(?:stop-computer(?: -force)?|shutdown(?:\.exe)?(?: \/(?:f|t \d+|c [^/]+))* \/s(?: \/(?:f|t \d+|c [^/]+))*)$/i,
    act: ({ machine }) => inBackground(shutDown(machine, 'poweroff'))
  },
  {
    pattern:
      /^(?:restart-computer(?: -force)?|shutdown(?:\.exe)?(?: \/(?:f|t \d+|c [^/]+))* \/r(?: \/(?:f|t \d+|c [^/]+))*)$/i,
    act: ({ machine }) => inBackground(shutDown(machine, 'reboot'))
  },
  { pattern: /^(?:set-strictmode -version \S+|set-executionpolicy .+)$/i, act: () => undefined },
  {
    pattern: /^(?:get-content|type|cat)(?: -path)? (?<path>[a-z]:\\.+?)(?: -raw)?$/i,
    act: (shell, { path = '' }) => {
      const content = shell.machine.system.files.get(normalPath(path))
      if (content === undefined)
        return shell.fail(`Get-Content : Cannot find path '${path}' because it does not exist.`)
      shell.print(content)
    }
  },
  {
    pattern:
      /^set-content(?: -path)? (?<path>[a-z]:\\(?:.+?(?= -value )|\S+))(?: -value)? (?<content>.*?)(?: -(?:force|nonewline|encoding \w+))*$/is,
    act: (shell, { path = '', content = '' }) => write(shell, path, content)
  },
  {
    pattern:
      /^add-content(?: -path)? (?<path>[a-z]:\\(?:.+?(?= -value )|\S+))(?: -value)? (?<content>.*?)(?: -(?:force|nonewline|encoding \w+))*$/is,
    act: (shell, { path = '', content = '' }) => {
      const before = shell.machine.system.files.get(normalPath(path))
      write(shell, path, before ? `${before}\r\n${content}` : content)
    }
  },
  {
    pattern:
      /^new-item(?: -(?:itemtype|type) (?:file|directory)| -force)*(?: -path)? (?<path>[a-z]:\\\S+)(?: -(?:itemtype|type) (?:file|directory)| -force)*$/i,
    act: (shell, { path = '' }) => write(shell, path, '')
  },
  {
    pattern:
      /^(?:remove-item|del|rm)(?: -(?:recurse|force))*(?: -(?:literal)?path)? (?<path>[a-z]:\\.+?)(?: -(?:recurse|force))*$/i,
    act: (shell, { path = '' }) => remove(shell, path)
  },
  {
    pattern: /^reg(?:\.exe)? query (?<key>hk\S.*?) \/v (?<name>\w+)$/i,
    act: (shell, { key = '', name = '' }) => {
      const read = registryValue(key, name)
      shell.lastExitCode = read ? 0 : 1
      if (!read) return shell.fail('ERROR: The system was unable to find the specified registry key or value.')
      shell.print(`\r\n${key}\r\n    ${name}    REG_SZ    ${read(shell.machine.system)}\r\n`)
    }
  }
]

/** @see https://learn.microsoft.com/en-us/dotnet/api/system.io.file.writeallbytes */
export const WRITE_BYTES: Command = {
  pattern:
    /^\[io\.file\]::writeallbytes\('(?<path>(?:[^']|'')+)', \[convert\]::frombase64string\('(?<content>[a-z0-9+/=]*)'\)\)$/i,
  act: (shell, { path = '', content = '' }) => {
    write(shell, path.replaceAll("''", "'"), Buffer.from(content, 'base64').toString())
  }
}

function end(code: number): never {
  throw new Exit(code)
}

function write({ machine }: Shell, path: string, content: string): void {
  machine.system.files.set(normalPath(path), content)
  keep(machine)
}

/** A folder goes with all that is in it. */
function remove(shell: Shell, path: string): void {
  const { system } = shell.machine
  const name = normalPath(path.replace(/\\\*$/, ''))
  if (!hasPath(system, name)) shell.fail(`Remove-Item : Cannot find path '${path}' because it does not exist.`)
  deleteFiles(
    system,
    [...system.files.keys()].filter(file => file === name || file.startsWith(`${name}\\`))
  )
  keep(shell.machine)
}
