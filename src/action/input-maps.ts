import { ACCOUNT_ID, IMAGE_ID, REGION } from '../image/ids.ts'
import { findTagProblem, MAX_USER_TAGS } from '../image/tags.ts'
import type { InputReader } from './input-reader.ts'

/** Tags as `key=value`, by newlines or commas; a comma starts another tag only where a `key=` follows it. */
export function readTagsInput(reader: InputReader): Readonly<Record<string, string>> {
  const pairs = reader
    .text('tags')
    .split(/\n|,(?=[^,=\n]+=)/)
    .map(pair => pair.trim())
    .filter(pair => pair !== '')
    .map(pair => readPair(reader, pair))
  const tags = Object.fromEntries(pairs)
  const count = Object.keys(tags).length
  if (count > MAX_USER_TAGS) reader.refuse('tags', `expected at most ${MAX_USER_TAGS}, found ${count}`)
  return tags
}

function readPair(reader: InputReader, pair: string): [string, string] {
  const at = pair.indexOf('=')
  if (at < 1) reader.refuse('tags', `expected key=value in each line, found '${pair}'`)
  const [key, value] = [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()]
  const problem = at < 1 ? undefined : findTagProblem(key, value)
  if (problem) reader.refuse('tags', `${problem} in '${key}'`)
  return [key, value]
}

/** The JSON that an earlier step gave as its output `images`. */
export function readImagesInput(reader: InputReader): Readonly<Record<string, string>> {
  const text = reader.text('images')
  if (text === '') return {}
  const value = parseJson(text)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    reader.refuse('images', 'expected the JSON of an output images, such as {"us-east-1":"ami-0123456789abcdef0"}')
    return {}
  }
  const images = Object.entries(value).map(([place, id]) => [place, readImage(reader, place, id)])
  return Object.fromEntries(images)
}

function readImage(reader: InputReader, place: string, id: unknown): string {
  const [region = '', account] = place.split('/').reverse()
  const known = REGION.pattern.test(region) && (account === undefined || ACCOUNT_ID.pattern.test(account))
  if (!known) reader.refuse('images', `expected a region or account/region as each key, found '${place}'`)
  if (typeof id === 'string' && IMAGE_ID.pattern.test(id)) return id
  reader.refuse('images', `expected ${IMAGE_ID.expected} for ${place}, found ${JSON.stringify(id)}`)
  return ''
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
