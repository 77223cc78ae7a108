import type { Log } from '../../src/run.ts'

/** A log that keeps its lines. */
export class KeptLog implements Log {
  readonly lines: string[] = []

  info(line: string): void {
    this.lines.push(line)
  }
  debug(): void {}
  notice(): void {}
  warning(): void {}
  error(): void {}
  group<T>(_: string, body: () => Promise<T>): Promise<T> {
    return body()
  }
}
