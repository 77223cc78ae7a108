// Writes the generated parts of README.md and docs/.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { tableOf } from './action-docs.mjs'
import { refresh } from './generated.mjs'
import { writeTables } from './sandbox-docs.mjs'

const { inputs, outputs } = parse(readFileSync('action.yml', 'utf8'))
refresh('README.md', 'action.yml', { inputs: tableOf(inputs), outputs: tableOf(outputs) })
refresh('docs/sandbox.md', 'the code of the sandbox', { operations: writeTables().text })
