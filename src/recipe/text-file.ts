import { readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { AmiError, type Place } from '../errors.ts'

/** A file that the recipe names, to be found inside the workspace. */
interface FileRequest {
  readonly workspace: string
  /** The folder that `name` is relative to; absolute. */
  readonly folder: string
  readonly name: string
  readonly maxBytes: number
  /** Where the recipe names it. */
  readonly at?: Place
}

/**
 * Reads a file. Errors: RECIPE, where it does not exist, is no file, is too large, or leads out of the workspace (also
 * by a symbolic link): a recipe from a pull request must not read the runner's own files.
 */
export function readInside({ workspace, folder, name, maxBytes, at }: FileRequest): Buffer {
  const refuse = (sentence: string) => new AmiError('RECIPE', sentence, at ? { at } : {})
  const file = path.resolve(folder, name)
  const real = resolveReal(file)
  const isOutside = !isInside(workspace, file) || (real !== undefined && !isInside(realpathSync(workspace), real))
  if (isOutside) throw refuse(`Expected a file inside the workspace, found '${name}', which leads out of it`)
  if (real === undefined) throw refuse(`Expected a file at '${path.relative(workspace, file)}', found none`)
  const stat = statSync(real)
  if (!stat.isFile()) throw refuse(`Expected a file at '${name}', found something else`)
  if (stat.size > maxBytes) {
    throw refuse(`Expected '${name}' to have at most ${maxBytes / 1024} KiB, found ${Math.ceil(stat.size / 1024)} KiB`)
  }
  return readFileSync(real)
}

/** Reads a file of UTF-8 text. Errors: RECIPE, as `readInside` and where it is not text or is empty. */
export function readTextInside(request: FileRequest): string {
  const text = decode(readInside(request))
  const refuse = (found: string) =>
    new AmiError(
      'RECIPE',
      `Expected '${request.name}' to be UTF-8 text, found ${found}`,
      request.at ? { at: request.at } : {}
    )
  if (text === undefined) throw refuse('other bytes in it')
  if (text.includes('\0')) throw refuse('a binary file')
  if (text.trim() === '') throw refuse('it empty')
  return text
}

function isInside(folder: string, file: string): boolean {
  const name = path.relative(folder, file)
  return name !== '..' && !name.startsWith(`..${path.sep}`) && !path.isAbsolute(name)
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function resolveReal(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}
