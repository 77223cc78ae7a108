/** A line that our scripts wrote to the instance's console. Step 0 is the provisioning as a whole. */
export type ConsoleMark =
  | { readonly step: number; readonly kind: 'begin' }
  | { readonly step: number; readonly kind: 'line'; readonly text: string }
  | { readonly step: number; readonly kind: 'end'; readonly code: number }
  | { readonly step: number; readonly kind: 'unsealed'; readonly text: string }

/**
 * Finds this bake's marks in a console's output, whatever the kernel and other programs wrote between them. A line may
 * hold carriage returns: progress bars draw themselves with them.
 */
export function readMarks(console: string, nonce: string): ConsoleMark[] {
  const marks: ConsoleMark[] = []
  const line = new RegExp(`ami-action ${nonce} (\\d+) (begin|end (\\d+)|unsealed (.*?)|\\| ?(.*?))\\r?$`, 's')
  for (const text of console.split('\n')) {
    const [, step, word = '', code, unsealed, output = ''] = line.exec(text) ?? []
    if (step === undefined) continue
    marks.push(toMark(Number(step), word, code, unsealed, output))
  }
  return marks
}

function toMark(
  step: number,
  word: string,
  code: string | undefined,
  unsealed: string | undefined,
  output: string
): ConsoleMark {
  if (word === 'begin') return { step, kind: 'begin' }
  if (code !== undefined) return { step, kind: 'end', code: Number(code) }
  if (unsealed !== undefined) return { step, kind: 'unsealed', text: unsealed }
  return { step, kind: 'line', text: output }
}
