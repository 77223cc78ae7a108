// `npm run test:aws`: every command in a real account, through the committed bundles. It does nothing without credentials,
// and nothing in an account that AMI_ACTION_ACCEPTANCE_ACCOUNT does not name. Whatever happens it removes what it made, and what
// a run that was killed has left.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { runAction } from '../scripts/run-action.mjs'
import { Account, TAG } from './account.mjs'
import { recipeOf, STEPS } from './steps.mjs'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** Credentials of a workflow last an hour. */
const LIMIT_MINUTES = 55
const CONSENT = 'AMI_ACTION_ACCEPTANCE_ACCOUNT'
const REGIONS = process.env.AMI_ACTION_ACCEPTANCE_REGIONS?.split(',') ?? ['us-east-1', 'us-east-2', 'us-west-2']
const [home = '', second = '', third = ''] = REGIONS

const ended = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ended.abort(new Error(`ended by ${signal}`)))
setTimeout(() => ended.abort(new Error(`not done after ${LIMIT_MINUTES} minutes`)), LIMIT_MINUTES * 60_000).unref()

const { values } = parseArgs({ options: { 'clean-up': { type: 'boolean', default: false } } })
const identity = await findIdentity()
if (identity && values['clean-up']) await removeAll(new Account(identity.credentials), '*', 'left by earlier runs')
else if (identity) await accept(identity)

/** Undefined, and said why, where nothing is to be done. */
async function findIdentity() {
  const sts = new STSClient({ region: home })
  const credentials = await sts.config.credentials().catch(error => skip(`there are no credentials (${error.message})`))
  if (!credentials) return undefined
  const { Account: id } = await sts.send(new GetCallerIdentityCommand({}))
  if (process.env[CONSENT] !== id)
    return refuse(
      `Expected ${CONSENT}=${id}, the account of these credentials, found ${process.env[CONSENT] ?? 'nothing'}`
    )
  if (new Set(REGIONS).size !== 3)
    return refuse(`Expected three regions in AMI_ACTION_ACCEPTANCE_REGIONS, found ${REGIONS.join(', ')}`)
  return { id, credentials }
}

function skip(why) {
  console.log(`Nothing was run on AWS: ${why}.\nTests: 0 passed, 0 failed, ${STEPS.length} skipped`)
}

function refuse(sentence) {
  console.error(`${sentence}. Nothing was done.`)
  process.exitCode = 1
}

async function accept({ id, credentials }) {
  const run = `acceptance-${new Date().toISOString().slice(0, 16).replace(/\D/g, '')}-${randomBytes(2).toString('hex')}`
  console.log(`${run} in the account ${id}, ${REGIONS.join(', ')}: two bakes on t3.micro, four test instances for minutes, four
images of 8 GiB for at most ${LIMIT_MINUTES} minutes: less than 1 USD. All of it has the tag ${TAG}.\n`)
  const account = new Account(credentials)
  await removeAll(account, '*', 'left by a run that was killed')
  const workspace = await mkdtemp(join(tmpdir(), 'acceptance-'))
  try {
    await writeFile(join(workspace, 'recipe.yml'), recipeOf(run))
    await takeSteps({
      run,
      account,
      home,
      second,
      third,
      act: actor(run, credentials, workspace),
      made: {},
      now: () => new Date()
    })
  } finally {
    await rm(workspace, { recursive: true })
    await removeAll(account, run, 'made by this run')
  }
}

/** A failed step ends the run: those after it stand on it. */
async function takeSteps(context) {
  const tally = { passed: 0, failed: 0 }
  for (const { name, run } of STEPS) {
    const start = performance.now()
    const seconds = () => `${Math.round((performance.now() - start) / 1000)} s`.padStart(6)
    try {
      ended.signal.throwIfAborted()
      const seen = await run(context)
      console.log(`✓ ${name.padEnd(18)} ${seconds()}  ${seen}`)
      tally.passed++
    } catch (error) {
      console.log(`✗ ${name.padEnd(18)} ${seconds()}  ${error.message}`)
      tally.failed++
      break
    }
  }
  const skipped = STEPS.length - tally.passed - tally.failed
  console.log(`Tests: ${tally.passed} passed, ${tally.failed} failed, ${skipped} skipped`)
  if (tally.failed > 0) process.exitCode = 1
}

/** Runs a command as a job does, its post step, too; once the run is to end, as a cancelled job. Result: the outputs. */
function actor(run, credentials, workspace) {
  const more = {
    AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken
  }
  return async inputs => {
    const log = []
    const all = { recipe: 'recipe.yml', 'aws-region': home, tags: `${TAG}=${run}`, ...inputs }
    const onStart = child => {
      if (ended.signal.aborted) return
      const cancel = () => child.kill('SIGINT')
      ended.signal.addEventListener('abort', cancel)
      child.once('close', () => ended.signal.removeEventListener('abort', cancel))
    }
    const options = { workspace, inputs: all, onLine: line => log.push(line), onStart, more, withPost: true }
    return (
      await runAction(options).catch(error => {
        console.log(log.join('\n'))
        throw error
      })
    ).outputs
  }
}

async function removeAll(account, run, whose) {
  const all = await Promise.all(REGIONS.map(region => account.remove(region, run)))
  const [removed, waiting, failed] = ['removed', 'waiting', 'failed'].map(what => all.flatMap(each => each[what]))
  if (removed.length > 0) console.log(`Removed what was ${whose}: ${removed.length}`)
  if (waiting.length > 0) {
    console.log(
      `Protected by EC2 for 24 hours: ${waiting.join(', ')}. Then \`npm run test:aws -- --clean-up\` removes them.`
    )
  }
  for (const problem of failed) console.error(`Not removed: ${problem}`)
  if (failed.length > 0) process.exitCode = 1
}
