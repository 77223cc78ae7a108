import { ServiceError } from '../../errors.ts'

/** A document of AWS that the sandbox's agents know. */
export interface RunDocument {
  readonly name: string
  readonly plugin: string
  readonly shell: 'bash' | 'powershell'
  readonly platforms: readonly ('Linux' | 'Windows')[]
}

/** What to run, as a document's parameters say it. */
export interface Script {
  readonly text: string
  /** Undefined for the agent's own. */
  readonly workingDirectory?: string
  readonly timeoutSeconds: number
}

const DOCUMENTS: readonly RunDocument[] = [
  { name: 'AWS-RunShellScript', plugin: 'aws:runShellScript', shell: 'bash', platforms: ['Linux'] },
  {
    name: 'AWS-RunPowerShellScript',
    plugin: 'aws:runPowerShellScript',
    shell: 'powershell',
    platforms: ['Linux', 'Windows']
  }
]

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html (64 KB with parameters) */
const MAX_BYTES = 64 * 1024
const DEFAULT_SECONDS = 3600
const MAX_SECONDS = 172_800
const PARAMETERS = ['commands', 'workingDirectory', 'executionTimeout']

/** The document of this name or ARN. Errors: InvalidDocument. */
export function findDocument(nameOrArn: string): RunDocument {
  const name = nameOrArn.replace(/^arn:aws:ssm:[^:]*:[^:]*:document\//, '')
  const found = DOCUMENTS.find(document => document.name === name)
  if (found) return found
  throw new ServiceError('InvalidDocument', `Document with name ${name.slice(0, 128)} does not exist.`)
}

/**
 * Reads the parameters that both documents have: commands, workingDirectory, executionTimeout in seconds.
 * Errors: InvalidParameters, MaxDocumentSizeExceeded.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
 */
export function readScript(parameters: Readonly<Record<string, readonly string[]>>): Script {
  const unknown = Object.keys(parameters).find(name => !PARAMETERS.includes(name))
  if (unknown !== undefined) throw invalid(`The document has no parameter ${unknown.slice(0, 60)}`)
  if (Buffer.byteLength(JSON.stringify(parameters)) > MAX_BYTES) {
    const sentence = 'The total size of your parameter(s) and document exceeds the 64KB limit.'
    throw new ServiceError('MaxDocumentSizeExceeded', sentence)
  }
  const { commands = [], workingDirectory: [workingDirectory = ''] = [], executionTimeout } = parameters
  if (commands.length === 0) throw invalid('The parameter commands is required')
  return {
    text: commands.join('\n'),
    ...(workingDirectory && { workingDirectory }),
    timeoutSeconds: readSeconds(executionTimeout?.[0])
  }
}

function readSeconds(text = String(DEFAULT_SECONDS)): number {
  const seconds = Number(text)
  if (/^[1-9]\d*$/.test(text) && seconds <= MAX_SECONDS) return seconds
  throw invalid(`Parameter executionTimeout must be a number of seconds from 1 to ${MAX_SECONDS}`)
}

const invalid = (sentence: string): ServiceError => new ServiceError('InvalidParameters', sentence)
