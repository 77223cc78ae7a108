// Refuses imports that point upward in the house. `node scripts/layers.mjs` prints each with its place, exits with 1.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The rooms of src/, from the top down: each imports from itself and from below. The sandbox stands apart. */
const ROOMS = ['entry', 'action', 'commands', 'guest', 'aws', 'recipe', 'image', 'run', 'errors']

/** Where decisions live, nothing is read or written: types of the SDK are data, the rest of it is not. */
const PURE = path => path.startsWith('src/image/') || /(^|\/)(plan|choose)[^/]*\.ts$/.test(path)
const IMPURE = /^(node:(?!crypto$|path$|util$)|@aws-sdk\/|@smithy\/|@actions\/)/

const IMPORT =
  /^\s*(?:import|export)\b(?<type>\s+type\b)?[^'"]*?\bfrom\s*['"](?<from>[^'"]+)['"]|\bimport\(\s*['"](?<dynamic>[^'"]+)['"]|^\s*import\s*['"](?<bare>[^'"]+)['"]/gm

/** The imports of a file that the house refuses, as sentences with their place. */
export function findViolations(path, text) {
  if (!path.startsWith('src/')) return []
  return [...text.matchAll(IMPORT)].flatMap(({ index, groups }) => {
    const target = groups.from ?? groups.dynamic ?? groups.bare
    const reason = refuse(path, target, Boolean(groups.type))
    const line = text.slice(0, index).split('\n').length + (text.slice(index).match(/^\n*/)?.[0].length ?? 0)
    return reason ? [`${path}:${line}: ${reason}`] : []
  })
}

function refuse(path, target, isType) {
  if (!target.startsWith('.')) {
    return PURE(path) && !isType && IMPURE.test(target) ? `a pure file imports ${target}` : undefined
  }
  const from = roomOf(path)
  const to = roomOf(normalize(join(dirname(path), target)))
  if (from === to) return undefined
  const isBelow = ROOMS.includes(from) && ROOMS.indexOf(to) > ROOMS.indexOf(from)
  return isBelow ? undefined : `${from} imports ${to}, which is not below it`
}

function roomOf(path) {
  const [, name, rest] = path.split('/')
  if (rest !== undefined) return name
  return ['main.ts', 'post.ts'].includes(name) ? 'entry' : name.replace(/\.ts$/, '')
}

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* sourceFiles(path)
    else if (path.endsWith('.ts')) yield path
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = [...sourceFiles('src')].flatMap(path => findViolations(path, readFileSync(path, 'utf8')))
  for (const violation of violations) console.error(violation)
  if (violations.length > 0) process.exitCode = 1
}
