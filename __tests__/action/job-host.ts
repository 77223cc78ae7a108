import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildSync } from 'esbuild'

export interface JobResult {
  readonly code: number | null
  readonly stdout: string
  readonly output: string
  readonly summary: string
  readonly state: string
  /** The report file, parsed. */
  readonly report: unknown
}

/** Starts scripts as GitHub's runner starts an action: a process of its own, with files for outputs, summary and state. */
export class JobHost {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'ami-action-job-'))

  /** Runs an entry, TypeScript that may import from src/; `onLine` sees its output as it comes. */
  async run(
    entry: string,
    environment: Record<string, string> = {},
    onOutput?: (pid: number, text: string) => void
  ): Promise<JobResult> {
    const files = { output: this.#file('output'), summary: this.#file('summary'), state: this.#file('state') }
    const child = spawn(process.execPath, [this.#bundle(entry)], {
      cwd: this.folder,
      env: {
        RUNNER_TEMP: this.folder,
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        GITHUB_STATE: files.state,
        INPUT_COMMAND: 'bake',
        INPUT_RECIPE: 'web.yml',
        'INPUT_AWS-REGION': 'us-east-1',
        ...environment
      }
    })
    let stdout = ''
    const take = (chunk: Buffer) => {
      stdout += chunk.toString()
      onOutput?.(child.pid ?? 0, stdout)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const code = await new Promise<number | null>(resolve => child.on('close', resolve))
    const read = (file: string) => readFileSync(file, 'utf8')
    const output = read(files.output)
    const reportFile = /report-file<<\S+\n(.*)\n/.exec(output)?.[1]
    const report: unknown = reportFile ? JSON.parse(read(reportFile)) : undefined
    return { code, stdout, output, summary: read(files.summary), state: read(files.state), report }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #file(name: string): string {
    const file = path.join(this.folder, name)
    writeFileSync(file, '')
    return file
  }

  #bundle(entry: string): string {
    const outfile = path.join(this.folder, 'entry.mjs')
    buildSync({
      stdin: { contents: entry, resolveDir: process.cwd(), loader: 'ts' },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
    })
    return outfile
  }
}

/** The value of an output, as the runner reads it. */
export function outputOf({ output }: JobResult, name: string): string | undefined {
  const [, delimiter = ''] = new RegExp(`^${name}<<(\\S+)$`, 'm').exec(output) ?? []
  if (delimiter === '') return undefined
  return output.split(`${name}<<${delimiter}\n`)[1]?.split(`\n${delimiter}`)[0]
}
