/** A line that our scripts wrote to the instance's console. Step 0 is the provisioning as a whole. */
export type ConsoleMark =
  | { readonly step: number; readonly kind: 'begin' }
  | { readonly step: number; readonly kind: 'line'; readonly text: string }
  | { readonly step: number; readonly kind: 'end'; readonly code: number }
  | { readonly step: number; readonly kind: 'unsealed'; readonly text: string }
  /** A part of the list of packages; where it is part 0, why there is none. */
  | {
      readonly step: number
      readonly kind: 'packages'
      readonly part: number
      readonly parts: number
      readonly text: string
    }

const FORMS = [
  '(?<begin>begin)',
  String.raw`end (?<code>\d+)`,
  'unsealed (?<unsealed>.*?)',
  String.raw`packages (?<part>\d+)/(?<parts>\d+) (?<packages>.*?)`,
  String.raw`\| ?(?<line>.*?)`
]

/**
 * Finds this bake's marks in a console's output, whatever the kernel and other programs wrote between them. A line may
 * hold carriage returns: progress bars draw themselves with them.
 */
export function readMarks(console: string, nonce: string): ConsoleMark[] {
  const mark = new RegExp(String.raw`ami-action ${nonce} (?<step>\d+) (?:${FORMS.join('|')})\r?$`, 's')
  return console.split('\n').flatMap(text => {
    const found = mark.exec(text)?.groups
    return found ? [toMark(found)] : []
  })
}

function toMark(found: Readonly<Record<string, string | undefined>>): ConsoleMark {
  const { begin, code, unsealed, part, parts, packages = '', line = '' } = found
  const step = Number(found.step)
  if (begin) return { step, kind: 'begin' }
  if (code) return { step, kind: 'end', code: Number(code) }
  if (unsealed !== undefined) return { step, kind: 'unsealed', text: unsealed }
  if (part) return { step, kind: 'packages', part: Number(part), parts: Number(parts), text: packages }
  return { step, kind: 'line', text: line }
}
