import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { GUEST_FOLDER } from '../../src/guest/shell.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a script finds of a builder: a folder for /run/ami-action, a file for the console, and chosen programs. */
export class GuestMachine {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'ami-action-guest-'))
  readonly console = path.join(this.folder, 'console')

  constructor() {
    writeFileSync(this.console, '')
  }

  /** Runs a script until it has left and nobody holds its output open any more. */
  run(script: string, env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
    const child = spawn('/bin/bash', ['-c', this.localize(script)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', chunk => {
      output.stdout += chunk
    })
    child.stderr.on('data', chunk => {
      output.stderr += chunk
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', code => resolve({ code, ...output }))
    })
  }

  /** The script with this machine's folder and console in it. */
  localize(script: string): string {
    return script
      .replaceAll(GUEST_FOLDER, path.join(this.folder, 'run'))
      .replaceAll('/dev/console', this.console)
      .replaceAll('/run/systemd/system', path.join(this.folder, 'systemd'))
  }

  readConsole(): string {
    return readFileSync(this.console, 'utf8')
  }

  /** A PATH with these programs of this machine, and scripts in place of others. */
  pathWith(programs: readonly string[], scripts: Readonly<Record<string, string>>): string {
    const bin = path.join(this.folder, 'bin')
    mkdirSync(bin, { recursive: true })
    for (const name of programs) symlinkSync(findProgram(name), path.join(bin, name))
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(path.join(bin, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 })
    }
    return bin
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
}

function findProgram(name: string): string {
  const found = ['/bin', '/usr/bin', '/sbin', '/usr/sbin'].map(folder => path.join(folder, name)).find(existsSync)
  if (!found) throw new Error(`this machine has no ${name}`)
  return found
}
