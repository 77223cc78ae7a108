import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { World, WorldData } from '../world/world.ts'

/** Raised when what is kept changes its form. */
const FORMAT = 1

/** The world on disk: written as a whole beside the old one and put in its place, so that a kill leaves one of both. */
export class StateFile {
  readonly #path: string
  readonly #world: World
  #writing: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #closed = false

  constructor(folder: string, world: World) {
    this.#path = join(folder, 'world.v8')
    this.#world = world
  }

  /** What an earlier process kept; undefined in a new folder. Errors: an Error for a file that cannot be understood. */
  async read(): Promise<WorldData | undefined> {
    const bytes = await readFile(this.#path).catch(() => undefined)
    if (!bytes) return undefined
    try {
      const { format, world } = deserialize(bytes)
      if (format === FORMAT) return world
    } catch {
      // said below
    }
    throw new Error(`${this.#path} is not the state of this version of the sandbox: take another folder, or delete it`)
  }

  /** Resolves once the world as it is now is on disk. Those who ask while it is being written share the next write. */
  keep(): Promise<void> {
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined
      this.#writing = this.#write().catch(report)
      return this.#writing
    })
    return this.#next
  }

  /** Keeps the world for the last time: what ends from now on, ends because the process does. */
  async close(): Promise<void> {
    await this.keep()
    this.#closed = true
    await this.#writing
  }

  async #write(): Promise<void> {
    if (this.#closed) return
    const bytes = serialize({ format: FORMAT, world: this.#world.toData() })
    await writeFile(`${this.#path}.new`, bytes, { mode: 0o600 })
    await rename(`${this.#path}.new`, this.#path)
  }
}

function report(error: unknown): void {
  process.stderr.write(`sandbox: the state could not be kept: ${error instanceof Error ? error.message : error}\n`)
}
