import { gunzipSync } from 'node:zlib'
import { parse } from 'yaml'

/** What the sandbox carries out of cloud-configs, in no order; `ignored` names the keys that it does not. */
export interface CloudConfig {
  readonly files: readonly ConfigFile[]
  readonly packages: readonly PackageName[]
  readonly updatePackages: boolean
  readonly upgradePackages: boolean
  readonly runcmd: readonly Command[]
  readonly powerState?: PowerState
  readonly ignored: readonly string[]
}

/** A string is for a shell, a list is a program with its arguments. */
export type Command = string | readonly string[]
export type PackageName = string | readonly [name: string, version: string]

export interface ConfigFile {
  readonly path: string
  readonly content: Buffer
  readonly permissions: string
  readonly owner: string
  readonly append: boolean
  /** Written after packages are there. */
  readonly defer: boolean
}

export interface PowerState {
  readonly mode: 'poweroff' | 'reboot' | 'halt'
  /** `now` or `+MINUTES` */
  readonly delay: string
  readonly message: string
  readonly condition: boolean | Command
}

type Fields = Readonly<Record<string, unknown>>

/** cloud-init's parser knows YAML 1.1, where 0644 is octal and `yes` a boolean. */
const PYTHON_YAML = { version: '1.1' } as const
const KNOWN = 'write_files packages package_update package_upgrade runcmd power_state'.split(' ')
const MODES = ['poweroff', 'reboot', 'halt'] as const

/**
 * Reads cloud-configs; a key of a later one replaces that of an earlier one. Errors: an Error for what is not YAML.
 *
 * @see https://docs.cloud-init.io/en/latest/reference/modules.html
 */
export function parseCloudConfigs(texts: readonly string[]): CloudConfig {
  const config: Fields = Object.assign({}, ...texts.map(text => fieldsOf(parse(text, PYTHON_YAML))))
  const { write_files, packages, package_update, package_upgrade, runcmd, power_state } = config
  const state = readPowerState(power_state)
  return {
    files: listOf(write_files).map(file => readFile(fieldsOf(file))),
    packages: listOf(packages).flatMap(readPackage),
    updatePackages: package_update === true,
    upgradePackages: package_upgrade === true,
    runcmd: listOf(runcmd)
      .map(readCommand)
      .filter(command => command !== undefined),
    ...(state && { powerState: state }),
    ignored: Object.keys(config).filter(key => !KNOWN.includes(key))
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function readFile({ path, content, encoding, permissions, owner, append, defer }: Fields): ConfigFile {
  return {
    path: String(path ?? ''),
    content: decode(content, String(encoding ?? '')),
    permissions: typeof permissions === 'number' ? permissions.toString(8) : String(permissions ?? '0644'),
    owner: String(owner ?? 'root:root'),
    append: append === true,
    defer: defer === true
  }
}

function decode(content: unknown, encoding: string): Buffer {
  const name = encoding.toLowerCase().trim()
  const bytes = content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(String(content ?? ''))
  const base64 = /^(b64|base64)$|\+(b64|base64)$/.test(name)
  const raw = base64 ? Buffer.from(String(bytes), 'base64') : bytes
  return /^(gz|gzip)/.test(name) ? gunzipSync(raw) : raw
}

function readPackage(value: unknown): PackageName[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.length > 1 ? [[String(value[0]), String(value[1])]] : value.map(String)
  // {apt: [...]}: packages for one package manager.
  return Object.values(fieldsOf(value)).flatMap(names => listOf(names).flatMap(readPackage))
}

function readCommand(value: unknown): Command | undefined {
  if (Array.isArray(value)) return value.map(String)
  return value === null || value === undefined ? undefined : String(value)
}

function readPowerState(value: unknown): PowerState | undefined {
  const { mode, delay, message, condition } = fieldsOf(value)
  const known = MODES.find(name => name === mode)
  if (!known) return undefined
  return {
    mode: known,
    delay: delay === undefined ? 'now' : String(delay).replace(/^\+?(\d+)$/, '+$1'),
    message: String(message ?? ''),
    condition: typeof condition === 'boolean' ? condition : (readCommand(condition) ?? true)
  }
}
