import type { RunRequest } from '../../guests.ts'
import type { Machine } from '../machine.ts'

/** How a script ends before its last line. */
export class Exit extends Error {
  readonly code: number

  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** An error that ends a script, unless it is caught; its text has not been printed yet. */
export class Terminated extends Exit {
  constructor(message: string) {
    super(1)
    this.message = message
  }
}

/** A script was not done when its time was up. */
export class TimedOut extends Error {}

/** A process that runs a script: what its commands print, read and leave behind. */
export class Shell {
  readonly machine: Machine
  readonly variables = new Map<string, string>()
  lastExitCode = 0
  stdout = ''
  stderr = ''
  readonly #request: Pick<RunRequest, 'signal' | 'timeoutSeconds' | 'onOutput'>
  #secondsLeft: number
  #isSilent = false
  #onError: string | undefined

  constructor(machine: Machine, request: Pick<RunRequest, 'signal' | 'timeoutSeconds' | 'onOutput'>) {
    this.machine = machine
    this.#request = request
    this.#secondsLeft = request.timeoutSeconds
  }

  /** Acts with what a command says of its own output and errors. */
  async during(
    { isSilent, onError }: { readonly isSilent: boolean; readonly onError?: string },
    act: () => void | Promise<void>
  ): Promise<void> {
    const [before, wasSilent] = [this.#onError, this.#isSilent]
    this.#onError = onError ?? before
    this.#isSilent = isSilent
    try {
      await act()
    } finally {
      this.#onError = before
      this.#isSilent = wasSilent
    }
  }

  print(text: string): void {
    if (this.#isSilent) return
    this.stdout += `${text}\r\n`
    this.#request.onOutput?.({ stdout: `${text}\r\n` })
  }

  /** A cmdlet's error: it ends the script only where `$ErrorActionPreference` says so. */
  fail(text: string): void {
    const onError = (this.#onError ?? this.variables.get('erroractionpreference') ?? '').toLowerCase()
    if (onError === 'stop') this.terminate(text)
    if (onError !== 'silentlycontinue' && onError !== 'ignore') this.printError(text)
  }

  /** Errors: Terminated. */
  terminate(text: string): never {
    throw new Terminated(text)
  }

  printError(text: string): void {
    this.stderr += `${text}\r\n`
    this.#request.onOutput?.({ stderr: `${text}\r\n` })
  }

  /** Errors: PoweredOff, TimedOut, Exit where the script is cancelled. */
  async wait(seconds: number): Promise<void> {
    const { signal } = this.#request
    await this.machine.power.wait(Math.min(seconds, this.#secondsLeft), signal)
    if (signal?.aborted) throw new Exit(137)
    this.#secondsLeft -= seconds
    if (this.#secondsLeft < 0) throw new TimedOut()
  }
}
