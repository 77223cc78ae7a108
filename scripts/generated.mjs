// Keeps the generated parts of documents fresh; `npm run docs -- --check` only says whether they are.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Puts contents between the `<!-- name -->` and `<!-- /name -->` marks of a file, or only compares with --check. */
export function refresh(file, source, parts) {
  const found = readFileSync(file, 'utf8')
  const fresh = Object.entries(parts).reduce((text, [name, content]) => replacePart(text, file, name, content), found)
  keepFresh(file, source, found, fresh)
}

/** The same for a file that is generated as a whole. */
export function refreshFile(file, source, content) {
  keepFresh(file, source, existsSync(file) ? readFileSync(file, 'utf8') : '', content)
}

function keepFresh(file, source, found, fresh) {
  if (!process.argv.includes('--check')) writeFileSync(file, fresh)
  else if (fresh !== found) {
    console.error(`${file} is not what ${source} says: run \`npm run docs\` and commit ${file}.`)
    process.exitCode = 1
  }
}

function replacePart(text, file, name, content) {
  const part = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`)
  if (!part.test(text)) throw new Error(`${file} has no <!-- ${name} --> part`)
  return text.replace(part, (_, begin, end) => `${begin}\n${content.trim()}\n\n${end}`)
}
