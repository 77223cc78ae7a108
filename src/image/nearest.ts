import { closest, distance } from 'fastest-levenshtein'

/** Two letters that changed places count as two. */
const MAX_EDITS = 3

/** The known word that a misspelt one is likely to mean; undefined where none is near. */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const nearest = closest(word.toLowerCase(), known)
  const allowed = Math.min(MAX_EDITS, Math.floor(nearest.length / 2))
  return distance(word.toLowerCase(), nearest) <= allowed ? nearest : undefined
}

/** The end of a sentence that offers the nearest known word; empty where none is near. */
export function suggest(word: string, known: readonly string[]): string {
  const nearest = findNearest(word, known)
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}
