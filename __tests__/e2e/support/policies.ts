import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { type Ended, Job, type JobOptions } from './action.ts'
import { newAccount, type Sandbox } from './sandbox.ts'

interface Statement {
  readonly Sid: string
  readonly Effect: string
  readonly Action: string | readonly string[]
}

export interface Policy {
  readonly Version: string
  readonly Statement: readonly Statement[]
}

/** What a role does under a policy: what is there before, and the job. */
export interface Scenario {
  readonly name: string
  /** Fills the account, as its user who may do everything. */
  prepare(account: string): Promise<Omit<JobOptions, 'account'>>
  /** Runs the step, and whatever comes after it. Default: the step alone. */
  act?(job: Job, account: string, sandbox: Sandbox): Promise<Ended>
  /** The policies that the role has besides. */
  readonly besides?: readonly string[]
  /** The job leaves the account as it was, as far as that matters: it is filled once for all runs. */
  readonly isRepeatable?: boolean
  /** What the step ends with where nothing is denied. */
  readonly code?: number
}

/** How a job went, and which actions each statement of the policy was needed for. */
export interface Outcome extends Ended {
  readonly used: readonly (readonly string[])[]
}

export const readPolicy = (name: string): Policy => JSON.parse(readFileSync(`policies/${name}.json`, 'utf8'))

export const actionsOf = ({ Statement }: Policy): string[] => [...new Set(Statement.flatMap(({ Action }) => Action))]

/** The policy without one of its actions, whatever it is allowed on. */
export function without({ Version, Statement }: Policy, action: string): Policy {
  const rest = Statement.map(statement => ({
    ...statement,
    Action: [statement.Action].flat().filter(each => each !== action)
  }))
  return { Version, Statement: rest.filter(({ Action }) => Action.length > 0) }
}

/** The environment of a job with a session of a role that has these policies. */
export async function assume(
  sandbox: Sandbox,
  role: string,
  documents: readonly object[]
): Promise<Readonly<Record<string, string>>> {
  await sandbox.post(
    'policies',
    documents.map(document => ({ principal: role, document }))
  )
  const credentials = { accessKeyId: role.split(':')[4] ?? '', secretAccessKey: 'x' }
  const sts = new STSClient({ region: 'us-east-1', endpoint: sandbox.url, credentials })
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'job', DurationSeconds: 43_200 })
  )
  return {
    AWS_ACCESS_KEY_ID: session?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: session?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: session?.SessionToken ?? ''
  }
}

/** Plays a scenario in an account of its own, by a role that has the policy. */
export async function play(sandbox: Sandbox, scenario: Scenario, policy: Policy): Promise<Outcome> {
  const { account, options } = await (scenario.isRepeatable ? fillOnce(scenario) : fill(scenario))
  const role = `arn:aws:iam::${account}:role/ami-${randomUUID()}`
  const env = await assume(sandbox, role, [policy, ...(scenario.besides ?? []).map(readPolicy)])
  using job = new Job(sandbox, { account, ...options, env: { ...options.env, ...env } })
  const ended = await (scenario.act ? scenario.act(job, account, sandbox) : job.run())
  return { ...ended, used: await readUsed(sandbox, role) }
}

async function fill({ prepare }: Scenario) {
  const account = newAccount()
  return { account, options: await prepare(account) }
}

const filled = new Map<Scenario, ReturnType<typeof fill>>()

function fillOnce(scenario: Scenario): ReturnType<typeof fill> {
  const known = filled.get(scenario) ?? fill(scenario)
  filled.set(scenario, known)
  return known
}

async function readUsed({ url }: Sandbox, role: string): Promise<string[][]> {
  const answer = await fetch(`${url}/_sandbox/policies`)
  const entries = (await answer.json()) as { principal: string; used: string[][] }[]
  return entries.find(({ principal }) => principal === role)?.used ?? []
}
