// Writes the generated parts of README.md from action.yml; `npm run docs -- --check` only says whether they are fresh.
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

const action = parse(readFileSync('action.yml', 'utf8'))
const readme = readFileSync('README.md', 'utf8')
const fresh = ['inputs', 'outputs'].reduce((text, name) => replacePart(text, name, tableOf(action[name])), readme)

if (!process.argv.includes('--check')) writeFileSync('README.md', fresh)
else if (fresh !== readme) {
  console.error('README.md is not what action.yml says: run `npm run docs` and commit README.md.')
  process.exitCode = 1
}

function tableOf(items) {
  const rows = Object.entries(items).map(([name, { description, default: value }]) => {
    if (!description) throw new Error(`${name} has no description in action.yml`)
    const text = description
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .replaceAll('|', '\\|')
    const isSaid = /\bDefault: /.test(text)
    return `| \`${name}\` | ${text}${value && !isSaid ? ` Default: \`${value}\`.` : ''} |`
  })
  return ['| name | what it is |', '| --- | --- |', ...rows].join('\n')
}

function replacePart(text, name, content) {
  const part = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`)
  if (!part.test(text)) throw new Error(`README.md has no <!-- ${name} --> part`)
  return text.replace(part, (_, begin, end) => `${begin}\n${content}\n\n${end}`)
}
