import { isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml'
import { AmiError, type Place, throwProblems } from '../errors.ts'

/** A path into the recipe: keys and indexes. */
export type Path = readonly PropertyKey[]

/** A YAML file that knows where each of its values stands. */
export interface Source {
  readonly file: string
  readonly value: unknown
  /** Where a value stands; where it is missing, the nearest mapping or list around it. */
  placeOf(path: Path): Place
  /** Where the key of a mapping stands. */
  placeOfKey(path: Path): Place
}

/** What the parser would say to a programmer. */
const SAYINGS: Readonly<Record<string, string>> = { MULTIPLE_DOCS: 'Expected one document, found several' }

/** Reads YAML 1.2. Errors: RECIPE with line and column, all of them at once. */
export function parseSource(file: string, text: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  throwProblems(
    [...document.errors, ...document.warnings].map(
      ({ code, message, pos }) =>
        new AmiError('RECIPE', `Not valid YAML: ${SAYINGS[code] ?? message}`, { at: at(pos[0]) })
    )
  )
  const root = document.contents
  const placeOf = (path: Path) => at(startOf(findNode(root, path)))
  return {
    file,
    value: toValue(() => document.toJS(), at(0)),
    placeOf,
    placeOfKey: path => at(startOf(findKey(root, path)))
  }
}

/** Aliases are resolved here; too many of them (a "billion laughs") are refused. */
function toValue(read: () => unknown, at: Place): unknown {
  try {
    return read()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AmiError('RECIPE', `Not valid YAML: ${reason}`, { at, cause: error })
  }
}

function findNode(root: Node | null, path: Path): Node | null {
  let node = root
  for (const key of path) {
    const child: unknown =
      node && 'get' in node ? (node as { get(key: unknown, keep: true): unknown }).get(key, true) : undefined
    if (!isNode(child)) break
    node = child
  }
  return node
}

function findKey(root: Node | null, path: Path): Node | null {
  const map = findNode(root, path.slice(0, -1))
  const pair = isMap(map) ? map.items.find(item => isPair(item) && String(item.key) === String(path.at(-1))) : undefined
  return pair && isNode(pair.key) ? pair.key : map
}

const startOf = (node: Node | null): number => node?.range?.[0] ?? 0
