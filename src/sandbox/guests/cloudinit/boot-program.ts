import { quote } from '../quote.ts'
import { type CloudConfig, type Command, type ConfigFile, type PowerState, parseCloudConfigs } from './cloud-config.ts'
import { FINISH, installPackages, PRELUDE, RUN_SCRIPTS } from './modules.ts'
import { parseUserData } from './user-data.ts'

interface FirstBoot {
  readonly instanceId: string
  readonly hostname: string
  /** What goes into root's authorized_keys. */
  readonly publicKey?: string | undefined
  readonly userData?: Uint8Array | undefined
}

/**
 * Writes the bash program that a guest boots with: each boot what systemd and cloud-init do at each, and at the first
 * boot of this instance its user data. Like cloud-init, the guest itself remembers what has run, below /var/lib/cloud.
 */
export function bootProgram(boot: FirstBoot): string {
  const { userData = new Uint8Array() } = boot
  const { user, config, error } = readAll(userData)
  const names = [...user.ignored, ...config.ignored]
  const lines = [
    PRELUDE,
    `start ${quote(boot.instanceId)} ${quote(boot.hostname)} ${quote(boot.publicKey ?? '')}`,
    'if is_first; then',
    putFile('"$instance/user-data.txt"', Buffer.from(userData), '600'),
    ...(error ? [`fail user_data ${quote(error)}`] : []),
    ...names.map(name => `say util.py WARNING ${quote(`user data: ${name} ignored, the sandbox does not run it`)}`),
    ...config.files.filter(file => !file.defer).map(writeFile),
    ...user.scripts.map(({ name, content }) => putFile(`"$instance/scripts/"${quote(name)}`, content, '700')),
    ...(config.runcmd.length > 0 ? [putFile('"$instance/scripts/runcmd"', runcmdScript(config.runcmd), '700')] : []),
    ...installPackages(config),
    ...config.files.filter(file => file.defer).map(writeFile),
    RUN_SCRIPTS,
    'fi',
    FINISH,
    ...(config.powerState ? [changePower(config.powerState)] : [])
  ]
  return `${lines.join('\n')}\n`
}

interface Read {
  readonly user: ReturnType<typeof parseUserData>
  readonly config: CloudConfig
  readonly error?: string
}

function readAll(userData: Uint8Array): Read {
  let user: Read['user'] = { scripts: [], configs: [], ignored: [] }
  try {
    user = parseUserData(userData)
    return { user, config: parseCloudConfigs(user.configs) }
  } catch (error) {
    const message = `Failed loading user data: ${error instanceof Error ? error.message : error}`
    return { user, config: parseCloudConfigs([]), error: message }
  }
}

function putFile(path: string, content: Buffer, mode: string): string {
  return `put ${path} ${mode} root:root ${quote(content.toString('base64'))}`
}

function writeFile({ path, content, permissions, owner, append }: ConfigFile): string {
  const words = [path, permissions, owner, content.toString('base64')].map(quote).join(' ')
  return `${append ? 'append' : 'put'} ${words} || fail write_files ${quote(`Failed to write ${path}`)}`
}

function runcmdScript(commands: readonly Command[]): Buffer {
  return Buffer.from(`#!/bin/sh\n${commands.map(commandLine).join('\n')}\n`)
}

function commandLine(command: Command): string {
  return typeof command === 'string' ? command : command.map(quote).join(' ')
}

/** The condition runs when all else has ended; the state changes only if it succeeds. */
function changePower({ mode, delay, message, condition }: PowerState): string {
  if (condition === false) return ''
  const option = { poweroff: '-P', reboot: '-r', halt: '-H' }[mode]
  const text = message ? [message] : []
  const change = ['shutdown', option, delay, ...text].map(quote).join(' ')
  if (condition === true) return `! is_first || ${change}`
  const test = typeof condition === 'string' ? `sh -c ${quote(condition)}` : commandLine(condition)
  return `! is_first || { ${test} && ${change}; }`
}
