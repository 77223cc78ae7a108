const OPENING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' }

/** Where what begins at `start` with a quote or bracket has ended. Undefined where it does not end. */
export function endOf(text: string, start: number): number | undefined {
  const opening = text[start] ?? ''
  if (opening === "'" || opening === '"') return endOfQuote(text, start, opening)
  const closing = OPENING[opening]
  if (!closing) return start + 1
  for (let at = start + 1; at < text.length; ) {
    if (text[at] === closing) return at + 1
    const next = endOf(text, at)
    if (next === undefined) return undefined
    at = next
  }
  return undefined
}

/** A doubled quote stands for itself; in double quotes a backtick keeps what comes next from its meaning. */
function endOfQuote(text: string, start: number, quote: string): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '`') at++
    else if (text[at] === quote && text[at + 1] === quote) at++
    else if (text[at] === quote) return at + 1
  }
  return undefined
}

/** Splits at what `isEnd` matches at a place outside of quotes and brackets. Undefined where these do not end. */
export function splitOutside(text: string, end: RegExp): string[] | undefined {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; ) {
    end.lastIndex = at
    const [found] = end.exec(text) ?? []
    if (found) {
      parts.push(text.slice(from, at))
      at += found.length
      from = at
      continue
    }
    const next = endOf(text, at)
    if (next === undefined) return undefined
    at = next
  }
  return [...parts, text.slice(from)]
}

/** The words of a command, quotes and all. */
export const wordsOf = (text: string): string[] | undefined =>
  splitOutside(text.trim(), /\s+/y)?.filter(word => word !== '')
