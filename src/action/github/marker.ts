/** Marks what we have written, to find it again; invisible in Markdown. Parts keep the results of several steps apart. */
export const markerOf = (kind: string, subject: string): string => `<!-- ami-action ${kind} ${encode(subject)} -->`

const encode = (subject: string): string => encodeURIComponent(subject).replaceAll('-', '%2D')

/** The steps that write into one comment, in the order of their work: what comes after a step is out of date with it. */
const PARTS: readonly string[] = ['bake', 'encrypt', 'copy', 'verify', 'publish', 'rollback', 'sunset']

/** A comment's text once a step has said its part anew: earlier steps' parts stay, later ones go. */
export function replacePart(text: string, part: string, markdown: string): string {
  const order = PARTS.indexOf(part)
  const earlier = PARTS.slice(0, order).flatMap(name => {
    const found = textBetween(text, openingOf(name), closingOf(name))
    return found === undefined ? [] : [`${openingOf(name)}${found}${closingOf(name)}`]
  })
  return [...earlier, `${openingOf(part)}\n${withoutMarks(markdown).trim()}\n${closingOf(part)}`].join('\n')
}

const openingOf = (part: string): string => `<!-- ami-action part ${part} -->`
const closingOf = (part: string): string => `<!-- ami-action end ${part} -->`
const withoutMarks = (markdown: string): string => markdown.replaceAll('<!-- ami-action', '<!-- ')

function textBetween(text: string, opening: string, closing: string): string | undefined {
  const start = text.indexOf(opening)
  const end = text.indexOf(closing, start)
  return start < 0 || end < 0 ? undefined : text.slice(start + opening.length, end)
}
