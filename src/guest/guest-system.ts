import { toCommands } from './command-document.ts'

/** How Run Command runs a script on a system. */
export interface GuestSystem {
  readonly document: 'AWS-RunShellScript' | 'AWS-RunPowerShellScript'
  /** The lines of each command that it takes, one after the other; the last one runs the script. */
  toCommands(script: string): string[][]
}

export const LINUX: GuestSystem = { document: 'AWS-RunShellScript', toCommands }

export const WINDOWS: GuestSystem = {
  document: 'AWS-RunPowerShellScript',
  toCommands: script => [script.split('\n')]
}
