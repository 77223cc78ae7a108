const ANY = Symbol('*')
const ONE = Symbol('?')

/**
 * Compiles a filter's value: `*` stands for any text, `?` for one character, a backslash takes their meaning away.
 * Matching takes time in proportion to the lengths, whatever the pattern: a regular expression would not.
 */
export function compileWildcards(value: string): (text: string) => boolean {
  if (!/[*?\\]/.test(value)) return text => text === value
  const pattern = tokens(value)
  return text => matches(pattern, [...text])
}

type Token = string | typeof ANY | typeof ONE

function tokens(value: string): Token[] {
  return [...value.matchAll(/\\([*?\\])|./gsu)].map(([found, escaped]) => {
    if (escaped) return escaped
    if (found === '*') return ANY
    return found === '?' ? ONE : found
  })
}

/** Goes on from the latest `*` only: what an earlier one could take, that one can take as well. */
function matches(pattern: readonly Token[], text: readonly string[]): boolean {
  let at = 0
  let star: { next: number; taken: number } | undefined
  for (let i = 0; i < text.length; ) {
    const token = pattern[at]
    if (token === ANY) star = { next: ++at, taken: i }
    else if (token === ONE || token === text[i]) {
      at++
      i++
    } else if (star) {
      i = ++star.taken
      at = star.next
    } else return false
  }
  return pattern.slice(at).every(token => token === ANY)
}
