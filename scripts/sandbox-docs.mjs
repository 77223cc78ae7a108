// Writes docs/sandbox.md's tables from the doc comments of the sandbox's handlers: what each operation models, what it
// lacks (@lacks), and the AWS document that it follows (@see).
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const ROOT = 'src/sandbox'
const SERVICES = { ec2: 'EC2', autoscaling: 'Auto Scaling', rbin: 'Recycle Bin', ssm: 'SSM', kms: 'KMS', sts: 'STS' }

const sources = new Map(
  readdirSync(ROOT, { recursive: true })
    .filter(name => name.endsWith('.ts'))
    .map(name => [join(ROOT, name), readFileSync(join(ROOT, name), 'utf8')])
)

/** The tables of all services in Markdown. Errors: an Error that names the operations without a sentence or document. */
export function writeTables() {
  const operations = [...sources.keys()].flatMap(operationsIn)
  const bare = operations.filter(({ does, see }) => !does || !see).map(({ file, name }) => `${name} (${file})`)
  if (bare.length > 0)
    throw new Error(`These handlers lack a sentence or an @see in their doc comment:\n${bare.join('\n')}`)
  const sections = Object.entries(SERVICES).map(([service, title]) => {
    const rows = operations
      .filter(operation => operation.service === service)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    return rows.length === 0 ? '' : `### ${title}\n\n${tableOf(rows)}\n`
  })
  return { text: sections.filter(Boolean).join('\n'), count: operations.length }
}

function operationsIn(file) {
  const service = relative(ROOT, file).split('/')[0]
  const lists = [...sources.get(file).matchAll(/^export const \w+ = \{([^}]*)\} satisfies Handlers$/gm)]
  return lists.flatMap(([, list]) =>
    [...list.matchAll(/\b([A-Z]\w+): (\w+)/g)].map(([, name, handler]) => ({
      service,
      file,
      name,
      ...readComment(handler, file)
    }))
  )
}

function readComment(handler, file) {
  const source = sources.get(file)
  const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*(?:export )?const ${handler}\\b`).exec(source)?.[1]
  if (comment !== undefined) return parseComment(comment)
  const imported = [...source.matchAll(/import \{([^}]*)\} from '(\.[^']*)'/g)].find(([, names]) =>
    new RegExp(`\\b${handler}\\b`).test(names)
  )
  return imported ? readComment(handler, join(dirname(file), imported[2])) : {}
}

function parseComment(comment) {
  const lines = comment.split('\n').map(line => line.replace(/^\s*\* ?/, '').trim())
  const [text = '', ...tags] = `\n${lines.join('\n')}`.split(/^(?=@)/m)
  const tag = name => tags.find(each => each.startsWith(`@${name} `))?.slice(name.length + 2)
  return { does: oneLine(text), lacks: oneLine(tag('lacks') ?? ''), see: /^https:\S+/.exec(tag('see') ?? '')?.[0] }
}

const oneLine = text =>
  text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')

function tableOf(rows) {
  const lines = rows.map(({ name, does, lacks, see }) => `| [${name}](${see}) | ${does} | ${lacks} |`)
  return ['| operation | what is modelled | what is not |', '| --- | --- | --- |', ...lines].join('\n')
}
