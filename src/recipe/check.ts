import type * as z from 'zod/mini'
import { AmiError, throwProblems } from '../errors.ts'
import { suggest } from '../image/nearest.ts'
import { recipeSchema, type WrittenRecipe } from './schema.ts'
import { knownKeys } from './schema-keys.ts'
import type { Path, Source } from './source.ts'

type Issue = z.core.$ZodIssue

const KINDS: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'text'
}
const MAX_SHOWN = 60

/** Checks a recipe against the schema. Errors: RECIPE, one for each thing that is wrong, at its line. */
export function checkSchema(source: Source): WrittenRecipe {
  const result = recipeSchema.safeParse(source.value, { error: describeExpected })
  if (result.success) return result.data
  const { issues } = result.error
  const found = issues.filter(issue => !isFollowUp(issue, issues)).flatMap(issue => toErrors(issue, source))
  throwProblems(found.sort((a, b) => lineOf(a) - lineOf(b)))
  throw new AmiError('INTERNAL', 'The recipe was refused without a reason')
}

/** Where a key is misspelt, that it is missing as well need not be told. */
function isFollowUp({ code, path }: Issue, issues: readonly Issue[]): boolean {
  return code === 'custom' && issues.some(other => other.code === 'unrecognized_keys' && say(other.path) === say(path))
}

const lineOf = (error: AmiError): number => error.at?.line ?? 0

/** What the schema says nothing more exact about. */
function describeExpected(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_value') return listOf(issue.values.map(String))
  return issue.message ?? 'something else'
}

function toErrors(issue: Issue, source: Source): AmiError[] {
  const value = valueAt(source.value, issue.path)
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(source, issue.path, key))
  if (issue.code === 'invalid_key') return [badKey(issue, source)]
  if (issue.code === 'custom' && issue.params?.sentence) return [problem(source, issue.path, issue.message)]
  return [problem(source, issue.path, `expected ${issue.message}, ${describeFound(value, issue)}`)]
}

function unknownKey(source: Source, path: Path, key: string): AmiError {
  const known = knownKeys(recipeSchema, path)
  const sentence = `unknown key${suggest(key, known) || `; expected ${listOf(known)}`}`
  return new AmiError('RECIPE', `${say([...path, key])}: ${sentence}`, { at: source.placeOfKey([...path, key]) })
}

function badKey(issue: Issue & { code: 'invalid_key' }, source: Source): AmiError {
  const expected = issue.issues[0]?.message ?? 'another key'
  const key = String(issue.path.at(-1))
  const sentence = `${say(issue.path.slice(0, -1))}: expected ${expected} as the key, found '${key}'`
  return new AmiError('RECIPE', sentence, { at: source.placeOfKey(issue.path) })
}

function problem(source: Source, path: Path, sentence: string): AmiError {
  const label = path.length > 0 ? say(path) : 'The recipe'
  return new AmiError('RECIPE', `${label}: ${sentence}`, { at: source.placeOf(path) })
}

function describeFound(value: unknown, issue: Issue): string {
  if (value === undefined) return 'found nothing'
  const shown = show(value)
  const known = issue.code === 'invalid_value' ? issue.values.map(String) : []
  return `found ${shown}${typeof value === 'string' ? suggest(value, known) : ''}`
}

function show(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value !== 'string') return String(value)
  const line = value.replace(/\s+/g, ' ')
  return `'${line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line}'`
}

/** A path as a person writes it: `provision.steps[0].timeout`. */
function say(path: Path): string {
  return path
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((parent, key) => (parent as Record<PropertyKey, unknown> | undefined)?.[key], value)

const listOf = (words: readonly string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join('')
