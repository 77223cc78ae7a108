import { agentOf, releaseOf, type WindowsSystem } from '../system.ts'
import { type Constants, readConstant, type Value } from './constants.ts'
import { hasKey, isRegistryPath, registryValue } from './registry.ts'
import { wordsOf } from './words.ts'

type Read = (system: WindowsSystem) => string

/** The administrator's account is the machine's SID and 500 on every machine. */
const administrator: Read = ({ sid }) => `${sid}-500`
const machineSid: Read = ({ sid }) => sid
const computerName: Read = system => system.computerName

const QUERY = String.raw`^\(get-(?:ciminstance|wmiobject) (?:-class(?:name)? )?`
const LOCAL_USER = String.raw`^\(get-localuser (?:-name )?['"]?administrator['"]?\)\.sid`

/**
 * Questions that a scripted guest can answer about itself, as one line with single blanks.
 *
 * @see https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/manage/understand-security-identifiers
 */
const QUESTIONS: readonly (readonly [pattern: RegExp, read: Read])[] = [
  [/^(?:& )?hostname(?:\.exe)?$/i, computerName],
  [/^\[(?:system\.)?environment\]::machinename$/i, computerName],
  [/^\[(?:system\.)?net\.dns\]::gethostname\(\)$/i, computerName],
  [new RegExp(`${QUERY}win32_computersystem\\)\\.name$`, 'i'), computerName],
  [new RegExp(`${QUERY}win32_operatingsystem\\)\\.caption$`, 'i'), system => releaseOf(system).caption],
  [new RegExp(`${QUERY}win32_operatingsystem\\)\\.version$`, 'i'), system => releaseOf(system).version],
  [new RegExp(`${QUERY}win32_operatingsystem\\)\\.csname$`, 'i'), computerName],
  [new RegExp(`${QUERY}win32_useraccount -filter "[^"]*name='administrator'[^"]*"\\)\\.sid$`, 'i'), administrator],
  [new RegExp(`${LOCAL_USER}(?:\\.value|\\.tostring\\(\\))?$`, 'i'), administrator],
  [new RegExp(`${LOCAL_USER}\\.accountdomainsid(?:\\.value|\\.tostring\\(\\))?$`, 'i'), machineSid],
  [/^\(get-localuser\)\[0\]\.sid\.accountdomainsid(?:\.value|\.tostring\(\))?$/i, machineSid],
  [
    /^\[(?:system\.)?environment\]::osversion\.version(?:\.tostring\(\))?$/i,
    system => `${releaseOf(system).version}.0`
  ],
  [/^\(get-service (?:-name )?['"]?amazonssmagent['"]?\)\.status$/i, () => 'Running'],
  [
    /^\(test-modulemanifest (?:-path )?['"]?c:\\programdata\\amazon\\ec2-windows\\launch\\module\\ec2launch\.psd1['"]?\)\.version(?:\.tostring\(\))?$/i,
    system => agentOf(system).version
  ]
]

/** Reads a question about the machine. Undefined where it is not known. */
export function readValue(text: string, constants: Constants): Value | undefined {
  const line = text.replace(/\s+/g, ' ')
  const [, read] = QUESTIONS.find(([pattern]) => pattern.test(line)) ?? []
  if (read) return ({ machine }) => read(machine.system)
  return readTestPath(line, constants) ?? readRegistry(line, constants)
}

function constantWords(text: string, constants: Constants): string[] | undefined {
  const words = wordsOf(text)?.map(word => readConstant(word, constants))
  return words?.every(word => word !== undefined) ? words : undefined
}

function readTestPath(line: string, constants: Constants): Value | undefined {
  const [, rest] = /^test-path (?:-(?:literal)?path )?(.+?)(?: -pathtype \w+)?$/i.exec(line) ?? []
  const [path, ...more] = (rest && constantWords(rest, constants)) || []
  if (path === undefined || more.length > 0 || path.includes('*')) return undefined
  const isKey = isRegistryPath(path)
  const has = isKey ? hasKey(path) : undefined
  if (isKey && has === undefined) return undefined
  return ({ machine }) => ((has ?? hasPath(machine.system, path)) ? 'True' : 'False')
}

/** A folder is there if a file in it is. */
export function hasPath({ files }: WindowsSystem, path: string): boolean {
  const name = normalPath(path)
  return files.has(name) || [...files.keys()].some(file => file.startsWith(`${name}\\`))
}

export const normalPath = (path: string): string => path.replaceAll('/', '\\').replace(/\\+$/, '').toLowerCase()

const REGISTRY = [
  /^\(get-itemproperty (?:-path )?(?<path>.+?)(?: (?:-name )?['"]?\w+['"]?)?\)\.(?<name>\w+)$/i,
  /^get-itempropertyvalue (?:-path )?(?<path>.+?) (?:-name )?['"]?(?<name>\w+)['"]?$/i
]

function readRegistry(line: string, constants: Constants): Value | undefined {
  for (const pattern of REGISTRY) {
    const { path = '', name = '' } = pattern.exec(line)?.groups ?? {}
    const read = registryValue(readConstant(path, constants) ?? '', name)
    if (read) return ({ machine }) => read(machine.system)
  }
  return undefined
}
