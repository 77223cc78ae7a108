import { spawn } from 'node:child_process'

/** What the host's tools see of this process's environment: nothing but where they are. */
export const HOST_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

export interface CommandOptions {
  readonly input?: string | Uint8Array | NodeJS.ReadableStream
}

/** Runs a program of the host and resolves with its standard output. Errors: an Error with its standard error. */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...args] = argv
  const { input = '' } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', env: HOST_ENV })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', chunk => stdout.push(chunk))
    child.stderr.on('data', chunk => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) return resolve(String(Buffer.concat(stdout)))
      reject(new Error(`${program} ended with ${code}: ${String(Buffer.concat(stderr)).trim()}`))
    })
    // A program that ends early need not have read its input.
    child.stdin.on('error', () => undefined)
    if (typeof input === 'string' || input instanceof Uint8Array) child.stdin.end(input)
    else
      input
        .on('error', error => {
          child.stdin.destroy()
          reject(error)
        })
        .pipe(child.stdin)
  })
}
