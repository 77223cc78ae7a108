/**
 * The paths that a text stands for: `Images[].{ImageId,Ebs.{Size,Type}}` is `Images[].ImageId`, `Images[].Ebs.Size` and
 * `Images[].Ebs.Type`. Blanks do not count.
 */
export function expandPaths(text: string): string[] {
  const open = text.indexOf('{')
  if (open < 0) return [text.replaceAll(/\s/g, '')]
  const close = closingOf(text, open)
  const [before, inside, after] = [text.slice(0, open), text.slice(open + 1, close), text.slice(close + 1)]
  return splitList(inside).flatMap(part => expandPaths(before + part + after))
}

function closingOf(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++
    if (text[i] === '}') depth--
    if (depth === 0) return i
  }
  throw new Error(`A brace is never closed: ${text}`)
}

/** Splits at the commas that are in no inner braces. */
function splitList(text: string): string[] {
  let depth = 0
  const parts = ['']
  for (const char of text) {
    if (char === '{') depth++
    if (char === '}') depth--
    if (char === ',' && depth === 0) parts.push('')
    else parts.push((parts.pop() ?? '') + char)
  }
  return parts
}

/**
 * Where an answer lacks a member. A path that goes through a list, `Images[].ImageId`, needs one element at least, and
 * every element must have the member; one that ends with a list, `Images[]`, takes an empty one.
 */
export function findLacks(answer: unknown, path: string): string[] {
  return lacksAt(answer, path.split('.'), '')
}

function lacksAt(value: unknown, [step, ...rest]: readonly string[], at: string): string[] {
  if (step === undefined) return []
  const isList = step.endsWith('[]')
  const name = isList ? step.slice(0, -2) : step
  const here = at ? `${at}.${name}` : name
  const member = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  if (member === undefined || member === null) return [here]
  if (!isList) return lacksAt(member, rest, here)
  if (!Array.isArray(member)) return [`${here} as a list`]
  if (member.length === 0 && rest.length > 0) return [`${here}[0]`]
  return member.flatMap((element, i) => lacksAt(element, rest, `${here}[${i}]`))
}
