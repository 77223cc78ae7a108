import { readFileSync } from 'node:fs'
import { validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { readAction } from './workflow-files.ts'

/** The language service remembers what it parsed by the file's address: each text has its own. */
let checks = 0

/** What GitHub's own language service says of a file; it knows our actions and workflows, and nothing of other people's. */
export async function findDiagnostics(path: string, text: string): Promise<string[]> {
  checks += 1
  const document = TextDocument.create(`file:///${checks}/${path}`, 'yaml', 0, text)
  const diagnostics = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ name, path: folder }) =>
        name === 'ami-action' ? readAction(folder) : { name, description: '' }
    },
    fileProvider: {
      getFileContent: async ({ path: file }) => ({ name: file, content: readFileSync(file, 'utf8') })
    }
  })
  return diagnostics.map(({ range, message }) => `${range.start.line + 1}: ${message}`)
}
