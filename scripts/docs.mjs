// Writes the generated parts of README.md and docs/, and recipe.schema.json.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { tableOf } from './action-docs.mjs'
import { refresh, refreshFile } from './generated.mjs'
import { makeSchema, tableOfKeys } from './recipe-docs.mjs'
import { writeTables } from './sandbox-docs.mjs'

const { inputs, outputs } = parse(readFileSync('action.yml', 'utf8'))
refresh('README.md', 'action.yml', { inputs: tableOf(inputs), outputs: tableOf(outputs) })
refresh('docs/sandbox.md', 'the code of the sandbox', { operations: writeTables().text })

refreshFile('recipe.schema.json', 'src/recipe/schema.ts', `${JSON.stringify(await makeSchema(), null, 2)}\n`)
refresh('README.md', 'src/recipe/schema.ts', { recipe: tableOfKeys(path => !/[.[]/.test(path)) })
refresh('docs/recipe.md', 'src/recipe/schema.ts', { keys: tableOfKeys(() => true) })
