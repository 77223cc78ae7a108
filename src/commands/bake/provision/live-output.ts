import type { ConsoleMark } from '../../../guest/console-marks.ts'
import type { Log } from '../../../run.ts'

/** Shows the output of one step, each line once: from the console as it comes, the rest when the step has ended. */
export class LiveOutput {
  readonly #log: Log
  readonly #step: number
  #begun = 0
  /** Lines of the step's latest run. */
  #shown = 0

  constructor(log: Log, step: number) {
    this.#log = log
    this.#step = step
  }

  show(marks: readonly ConsoleMark[]): void {
    for (const mark of marks) {
      if (mark.step === this.#step) this.#showOne(mark)
    }
  }

  /** Shows what the console has not shown. Result: the last lines of the step's latest run. */
  showRest(stdout: string): string[] {
    const { total, lines } = readTail(stdout)
    for (const line of lines.slice(Math.max(0, lines.length - (total - this.#shown)))) this.#log.info(line)
    return lines
  }

  #showOne(mark: ConsoleMark): void {
    if (mark.kind === 'line') {
      this.#log.info(mark.text)
      this.#shown++
    }
    if (mark.kind !== 'begin') return
    if (this.#begun++ > 0) this.#log.info('The builder has rebooted, as the step asked; the step runs again')
    this.#shown = 0
  }
}

/** A step's output begins after the line that says how many lines there were in all; after a reboot it comes again. */
function readTail(stdout: string): { total: number; lines: string[] } {
  const [, total = '0', tail = ''] = /^(?:[\s\S]*\n)?ami-action lines (\d+)\n([\s\S]*)$/.exec(stdout) ?? []
  const lines = tail.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return { total: Math.max(Number(total), lines.length), lines }
}
