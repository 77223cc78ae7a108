import { ACCOUNT_ID, type Format, IMAGE_ID, REGION, RING, ROLE_ARN } from '../image/ids.ts'
import { KMS_KEY } from '../image/key.ts'
import type { CommandName, Inputs } from '../run.ts'
import { readImagesInput, readTagsInput } from './input-maps.ts'
import { InputReader } from './input-reader.ts'

const COMMANDS = ['bake', 'verify', 'copy', 'encrypt', 'publish', 'rollback', 'sunset'] as const satisfies CommandName[]

const DEFAULT_TIMEOUT_SECONDS = 2 * 3_600

const ACCOUNT_ROLE: Format = {
  pattern: /^[\w+=,.@/{}-]{1,512}$/,
  expected: 'the name of a role in each account, such as ami-{account}'
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const EXTERNAL_ID: Format = { pattern: /^[\w+=,.@:/-]{2,1224}$/, expected: 'an external id of 2 to 1224 characters' }
const SESSION_NAME: Format = {
  pattern: /^[\w+=,.@-]{2,64}$/,
  expected: 'a session name of 2 to 64 letters, digits and = , . @ - _'
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the inputs of action.yml. `read` gives an input's text, empty where it was not given; the region falls back
 * to AWS_REGION and AWS_DEFAULT_REGION. Errors: INPUT, as `Problems` where several are wrong.
 */
export function readInputs(read: (name: string) => string, environment: Environment): Inputs {
  const reader = new InputReader(read)
  const inputs = {
    ...readTask(reader),
    ...readPlaces(reader, environment),
    ...readRole(reader, environment),
    ...readBehaviour(reader)
  }
  checkTogether(reader, inputs)
  reader.finish()
  return inputs
}

/** Inputs that need another one. */
function checkTogether(reader: InputReader, inputs: Inputs): void {
  const { command, recipe, accounts, accountRole, externalId, comment, githubToken, enforce, fleet } = inputs
  if (command === 'bake' && !recipe) {
    reader.refuse('recipe', 'expected the path of a recipe such as images/web.yml, found nothing; bake needs one')
  }
  if (accounts.length > 0 && !accountRole)
    reader.refuse('account-role', 'expected a role beside accounts, found nothing')
  if (externalId && !accountRole) reader.refuse('external-id', 'expected account-role beside it, found nothing')
  if (enforce && enforce !== 'report' && !fleet) reader.refuse('enforce', 'expected fleet: true beside it, found false')
  if (comment && !githubToken) reader.refuse('github-token', 'expected a token beside comment, found nothing')
}

function readTask(reader: InputReader) {
  const recipe = reader.text('recipe')
  const imageId = reader.matching('image-id', IMAGE_ID)
  const undo = reader.matching('undo', IMAGE_ID)
  const kmsKey = reader.matching('kms-key', KMS_KEY)
  return {
    command: reader.oneOf('command', COMMANDS),
    images: readImagesInput(reader),
    ...(recipe && { recipe }),
    ...(imageId && { imageId }),
    ...(undo && { undo }),
    ...(kmsKey && { kmsKey })
  }
}

function readPlaces(reader: InputReader, environment: Environment) {
  const awsRegion = reader.text('aws-region') || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || ''
  if (!REGION.pattern.test(awsRegion)) {
    reader.refuse('aws-region', `expected ${REGION.expected}, found ${awsRegion ? `'${awsRegion}'` : 'nothing'}`)
  }
  const accountRole = reader.matching('account-role', ACCOUNT_ROLE)
  const externalId = reader.matching('external-id', EXTERNAL_ID)
  return {
    awsRegion,
    regions: reader.list('regions', REGION),
    accounts: reader.list('accounts', ACCOUNT_ID),
    ...(accountRole && { accountRole }),
    ...(externalId && { externalId })
  }
}

function readRole(reader: InputReader, environment: Environment) {
  const roleToAssume = reader.matching('role-to-assume', ROLE_ARN)
  const run = environment.GITHUB_RUN_ID
  return {
    roleSessionName: reader.matching('role-session-name', SESSION_NAME) ?? (run ? `ami-action-${run}` : 'ami-action'),
    roleDurationSeconds: reader.integer('role-duration-seconds', { from: 900, to: 43_200, otherwise: 3_600 }),
    audience: reader.text('audience') || 'sts.amazonaws.com',
    ...(roleToAssume && { roleToAssume })
  }
}

function readBehaviour(reader: InputReader) {
  const githubToken = reader.text('github-token')
  const ring = reader.matching('ring', RING)
  const reason = reader.text('reason')
  const previousSbom = reader.text('previous-sbom')
  const enforce = reader.text('enforce') && reader.oneOf('enforce', ['report', 'tag', 'stop', 'terminate'])
  return {
    channel: reader.oneOf('channel', ['release', 'test'], 'release'),
    dryRun: reader.flag('dry-run'),
    force: reader.flag('force'),
    fleet: reader.flag('fleet'),
    level: reader.oneOf('level', ['image', 'copy'], 'image'),
    ...(ring && { ring }),
    ...(reason && { reason }),
    ...(previousSbom && { previousSbom }),
    onRegionFailure: reader.oneOf('on-region-failure', ['revert', 'continue'], 'revert'),
    onCancel: reader.oneOf('on-cancel', ['keep', 'discard'], 'keep'),
    timeoutSeconds: reader.seconds('timeout', DEFAULT_TIMEOUT_SECONDS),
    tags: readTagsInput(reader),
    comment: reader.flag('comment'),
    ...(enforce && { enforce }),
    ...(githubToken && { githubToken })
  }
}
