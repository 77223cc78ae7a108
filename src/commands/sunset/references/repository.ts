import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AmiError } from '../../../errors.ts'
import type { Use } from '../facts.ts'
import { idsIn } from '../plan/plan-parameter.ts'
import { eachOf, type Source } from './source.ts'

/** Larger files are no text that anybody writes an id into. */
const MAX_BYTES = 1_000_000
const SKIPPED = new Set(['.git', 'node_modules'])

/** Ids of images that are written in the checked-out repository. */
export const REPOSITORY: Source = {
  name: 'repository',
  read: async ({ workspace }) => {
    try {
      return (await eachOf(await listFiles(workspace), file => readUses(workspace, file))).flat()
    } catch (error) {
      throw new AmiError('EC2', `The repository could not be read: ${error}`, { cause: error })
    }
  }
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(path)
      return entry.isFile() ? [path] : []
    })
  )
  return found.flat()
}

async function readUses(workspace: string, file: string): Promise<Use[]> {
  if ((await stat(file)).size > MAX_BYTES) return []
  const by = `the file ${relative(workspace, file)}`
  return idsIn(await readFile(file, 'utf8')).map(imageId => ({ imageId, by }))
}
