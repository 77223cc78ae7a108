import path from 'node:path'
import { AmiError } from '../errors.ts'
import type { Path, Source } from './source.ts'
import { readInside, readTextInside } from './text-file.ts'

/** What the parts of a recipe are resolved with: its source, the files beside it, and the problems found so far. */
export class Context {
  readonly source: Source
  readonly problems: AmiError[] = []
  readonly #workspace: string
  readonly #folder: string

  constructor(source: Source, workspace: string) {
    this.source = source
    this.#workspace = workspace
    this.#folder = path.dirname(path.resolve(workspace, source.file))
  }

  /** Notes a problem; all of them are told together. */
  refuse(at: Path, sentence: string): void {
    this.problems.push(new AmiError('RECIPE', sentence, { at: this.source.placeOf(at) }))
  }

  /** The text of a file that the recipe names; empty, with a problem noted, where it cannot be had. */
  readText(at: Path, name: string, maxBytes: number): string {
    return this.#attempt(() => readTextInside(this.#request(at, name, maxBytes))) ?? ''
  }

  readBytes(at: Path, name: string, maxBytes: number): Buffer {
    return this.#attempt(() => readInside(this.#request(at, name, maxBytes))) ?? Buffer.alloc(0)
  }

  #request(at: Path, name: string, maxBytes: number) {
    return { workspace: this.#workspace, folder: this.#folder, name, maxBytes, at: this.source.placeOf(at) }
  }

  #attempt<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof AmiError)) throw error
      this.problems.push(error)
      return undefined
    }
  }
}
