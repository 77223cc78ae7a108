import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A repository that calls our workflows, checked out: leaving its scope removes it. */
export class Repository implements Disposable {
  /** Where its runs have their temp folders and artifacts. */
  readonly folder = mkdtempSync(join(tmpdir(), 'workflow-'))
  readonly workspace = join(this.folder, 'workspace')

  constructor(files: Readonly<Record<string, string>>) {
    mkdirSync(this.workspace)
    this.#git('init', '--quiet')
    this.commit(files)
  }

  commit(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.workspace, name)), { recursive: true })
      writeFileSync(join(this.workspace, name), content)
    }
    this.#git('add', '--all')
    this.#git('-c', 'user.name=somebody', '-c', 'user.email=somebody@example.com', 'commit', '--quiet', '-m', 'change')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #git(...args: string[]): void {
    execFileSync('git', args, { cwd: this.workspace })
  }
}
