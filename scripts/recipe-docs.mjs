// Writes recipe.schema.json and the tables of keys from the schema that recipes are checked with, and from
// recipe-keys.mjs, which must know every key.
import { build } from 'esbuild'
import { toJSONSchema } from 'zod/mini'
import { KEYS, STEP_KEYS } from './recipe-keys.mjs'

const STEPS = ['provision.steps[]', 'test[]']

/** The JSON Schema of a recipe. Errors: an Error that names the keys without a description, or without a key. */
export async function makeSchema() {
  const { recipeSchema } = await load('src/recipe/schema.ts')
  const schema = toJSONSchema(recipeSchema, { target: 'draft-7', io: 'input', unrepresentable: 'any' })
  const seen = new Set()
  describe(schema, '', seen)
  const unused = Object.keys(allKeys()).filter(path => !seen.has(path))
  if (unused.length > 0)
    throw new Error(`recipe-keys.mjs describes keys that recipes do not have: ${unused.join(', ')}`)
  const { $schema, ...rest } = schema
  return { $schema, title: 'A recipe of AMI Action', ...rest }
}

/** The keys as a Markdown table: all, or those at the top. */
export function tableOfKeys(isShown) {
  const rows = Object.entries(allKeys())
    .filter(([path]) => isShown(path))
    .map(([path, text]) => {
      const [what, input] = text.split(' | ')
      return `| \`${path}\` | ${what} | ${input ? `\`${input}\`` : ''} |`
    })
  return ['| key | what it is | input above it |', '| --- | --- | --- |', ...rows].join('\n')
}

function allKeys() {
  const steps = STEPS.flatMap(path => Object.entries(STEP_KEYS).map(([end, text]) => [path + end, text]))
  return { ...KEYS, ...Object.fromEntries(steps) }
}

/** Puts the descriptions where they belong; the pattern of a key's names says nothing to a reader. */
function describe(node, path, seen) {
  if (path !== '' && !seen.has(path)) {
    const text = allKeys()[path]
    if (!text) throw new Error(`recipe-keys.mjs does not say what ${path} is`)
    seen.add(path)
  }
  if (path !== '') node.description = allKeys()[path].split(' | ')[0].replaceAll('`', '')
  for (const [name, child] of Object.entries(node.properties ?? {}))
    describe(child, path ? `${path}.${name}` : name, seen)
  if (typeof node.additionalProperties === 'object') describe(node.additionalProperties, `${path}.*`, seen)
  if (node.items) describe(node.items, `${path}[]`, seen)
  for (const part of node.anyOf ?? []) describeParts(part, path, seen)
}

/** Of alternatives only the whole is described, and what lies below. */
function describeParts(part, path, seen) {
  describe(part, path, seen)
  delete part.description
}

async function load(file) {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node'
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
