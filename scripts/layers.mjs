// Refuses imports that the house does not allow. `node scripts/layers.mjs` prints each with its place, exits with 1.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The rooms of src/, from the top down, and what each may import; of `types` only types. */
const ROOMS = {
  entry: { code: ['action', 'commands', 'guest', 'aws', 'recipe', 'image', 'run', 'errors'] },
  action: { code: ['image', 'run', 'errors'] },
  commands: { code: ['guest', 'aws', 'recipe', 'image', 'run', 'errors'] },
  guest: { code: ['aws', 'image', 'run', 'errors'], types: ['recipe'] },
  recipe: { code: ['image', 'run', 'errors'] },
  aws: { code: ['image', 'run', 'errors'] },
  image: { code: ['errors'] },
  run: { types: ['commands', 'guest', 'recipe', 'aws', 'image', 'errors'] },
  errors: {},
  sandbox: {}
}

/** Where decisions live, nothing is read or written: of all that could, a pure file knows the types. */
const isPure = path =>
  path.startsWith('src/image/') || /\/plan\//.test(path) || /\/(?:[^/]*-)?(?:plan|choose)(?:-[^/]*)?\.ts$/.test(path)
const PURE_MODULES = ['node:crypto', 'node:path', 'node:util', 'fastest-levenshtein']
const IMPURE_ROOMS = ['action', 'aws']

const CLAUSE = String.raw`(?:[\w$]+\s*,?\s*)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^}'"]*\})?`
const IMPORT = new RegExp(
  String.raw`^[ \t]*(?:import|export)\b(?<type>\s+type\b(?!\s*,|\s+from))?\s*${CLAUSE}\s*\bfrom\s*['"](?<from>[^'"]+)` +
    String.raw`|^[ \t]*import\s*['"](?<bare>[^'"]+)` +
    String.raw`|\bimport\s*\(\s*['"${'`'}](?<dynamic>[^'"${'`'}]+)`,
  'gm'
)

/** The imports of a file, `path` from the project's folder, that the house refuses: sentences with their place. */
export function findViolations(path, text) {
  return [...text.matchAll(IMPORT)].flatMap(({ index, groups }) => {
    const target = groups.from ?? groups.bare ?? groups.dynamic
    const reason = target.startsWith('.')
      ? refuseRoom(path, normalize(join(dirname(path), target)), Boolean(groups.type))
      : refuseModule(path, target, Boolean(groups.type))
    return reason ? [`${path}:${text.slice(0, index).split('\n').length}: ${reason}`] : []
  })
}

function refuseModule(path, name, isType) {
  if (isType || !isPure(path) || PURE_MODULES.includes(name)) return undefined
  return `a pure file imports ${name}, which is more than a type`
}

function refuseRoom(path, target, isType) {
  const from = roomOf(path)
  const to = roomOf(target)
  if (isPure(path) && !isType && IMPURE_ROOMS.includes(to)) return `a pure file imports ${to}, which does I/O`
  if (from === to) return undefined
  const { code = [], types = [] } = ROOMS[from] ?? {}
  if (code.includes(to) || (isType && types.includes(to))) return undefined
  return `${from} may not import ${to}${types.includes(to) ? ', only its types' : ''}`
}

function roomOf(path) {
  const [, name = '', rest] = path.split('/')
  if (rest === undefined && ['main.ts', 'post.ts'].includes(name)) return 'entry'
  return rest === undefined ? name.replace(/\.ts$/, '') : name
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = readdirSync('src', { recursive: true }).filter(path => path.endsWith('.ts'))
  const files = paths.map(path => join('src', path))
  const violations = files.flatMap(path => findViolations(path, readFileSync(path, 'utf8')))
  for (const violation of violations) console.error(violation)
  if (violations.length > 0) process.exitCode = 1
}
