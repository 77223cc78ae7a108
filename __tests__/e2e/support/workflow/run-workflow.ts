import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Contexts, fill, fillAll, isWanted, type Status } from './expressions.ts'
import { makePlace, runStep, type StepEnd } from './steps.ts'

export interface Call {
  readonly inputs: Readonly<Record<string, unknown>>
  /** What the context `github` has, besides the defaults. */
  readonly github?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  /** What the environment of a job with `id-token: write` has besides. */
  readonly oidc?: Readonly<Record<string, string>>
  /** The checked-out repository. */
  readonly workspace: string
  /** Where temp folders and artifacts are. */
  readonly folder: string
  /** The attempt before: its failed jobs run again, and those that need them. */
  readonly previous?: WorkflowEnd
}

export interface JobEnd {
  readonly result: 'success' | 'failure' | 'skipped'
  readonly outputs: Readonly<Record<string, unknown>>
  readonly log: string
  /** How many jobs of a matrix there were. */
  readonly legs: number
  readonly environment: string
}

export interface WorkflowEnd {
  readonly result: 'success' | 'failure'
  readonly outputs: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<Record<string, JobEnd>>
}

interface Step {
  readonly id?: string
  readonly if?: unknown
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly needs?: string | readonly string[]
  readonly if?: unknown
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly environment?: string
  readonly permissions?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> }
  readonly outputs?: Readonly<Record<string, string>>
  readonly steps?: readonly Step[]
}

const SKIPPED: JobEnd = { result: 'skipped', outputs: {}, log: '', legs: 0, environment: '' }

/** Runs a reusable workflow's jobs one after the other, as they stand in the file. */
export async function runWorkflow(path: string, call: Call): Promise<WorkflowEnd> {
  const workflow = parse(readFileSync(path, 'utf8'))
  const { inputs: declared = {}, outputs: offered = {} } = workflow.on.workflow_call ?? {}
  const contexts = {
    inputs: readInputs(declared, call.inputs),
    github: githubOf(call),
    vars: {},
    matrix: {},
    steps: {}
  }
  const jobs: Record<string, JobEnd> = {}
  for (const [name, job] of Object.entries<Job>(workflow.jobs))
    jobs[name] = keptJob(name, job, jobs, call.previous) ?? (await runJob(job, jobs, contexts, call))
  const values = Object.entries<{ value: string }>(offered).map(([name, { value }]) => [
    name,
    fill(value, { ...contexts, jobs })
  ])
  const failed = Object.values(jobs).some(({ result }) => result === 'failure')
  return { result: failed ? 'failure' : 'success', outputs: Object.fromEntries(values), jobs }
}

/** What stands of the attempt before; undefined where the job is to run. */
function keptJob(name: string, { needs = [] }: Job, now: Record<string, JobEnd>, previous: WorkflowEnd | undefined) {
  const before = previous?.jobs[name]
  const isAnew = [needs].flat().some(need => now[need] !== previous?.jobs[need])
  return before?.result === 'failure' || isAnew ? undefined : before
}

function readInputs(declared: Record<string, { default?: unknown }>, given: Call['inputs']): Record<string, unknown> {
  const names = Object.entries(declared).map(([name, input]) => [name, given[name] ?? input.default ?? ''])
  return Object.fromEntries(names)
}

const githubOf = ({ github }: Call) => ({
  event: {},
  repository: 'org/images',
  workflow: 'Images',
  token: 'token',
  ...github
})

async function runJob(job: Job, done: Record<string, JobEnd>, outer: Contexts, call: Call): Promise<JobEnd> {
  const names = [job.needs ?? []].flat()
  const needs = Object.fromEntries(names.map(name => [name, done[name] ?? SKIPPED]))
  const status: Status = Object.values(needs).every(({ result }) => result === 'success') ? 'success' : 'failure'
  const contexts = { ...outer, needs }
  if (!isWanted(job.if, contexts, status)) return SKIPPED
  const legs = await Promise.all(listLegs(job, contexts).map(matrix => runLeg(job, { ...contexts, matrix }, call)))
  return {
    result: legs.every(({ ok }) => ok) ? 'success' : 'failure',
    outputs: Object.assign({}, ...legs.map(({ outputs }) => outputs)),
    log: legs.map(({ log }) => log).join(''),
    legs: legs.length,
    environment: String(fill(job.environment ?? '', contexts))
  }
}

/** The matrix of each leg; our matrices have one dimension. */
function listLegs({ strategy }: Job, contexts: Contexts): Record<string, unknown>[] {
  const [dimension] = Object.entries(strategy?.matrix ?? {})
  if (!dimension) return [{}]
  const values = fill(String(dimension[1]), contexts) as unknown[]
  return values.map(value => ({ [dimension[0]]: value }))
}

interface LegEnd {
  readonly ok: boolean
  readonly outputs: Readonly<Record<string, unknown>>
  readonly log: string
}

async function runLeg(job: Job, contexts: Contexts, call: Call): Promise<LegEnd> {
  if (!job.uses) return runSteps(job, contexts, call)
  const given = Object.entries(job.with ?? {}).map(([name, value]) => [name, typed(value, contexts)])
  const path = job.uses.replace(/^\.\//, '')
  const { result, outputs, jobs } = await runWorkflow(path, {
    ...withoutPrevious(call),
    inputs: Object.fromEntries(given)
  })
  const log = Object.entries(jobs).map(([name, { log: each }]) => `== ${name}\n${each}`)
  return { ok: result === 'success', outputs, log: log.join('') }
}

/** The jobs of a workflow that is called have other names. */
const withoutPrevious = ({ previous: _, ...call }: Call): Call => call

const typed = (value: unknown, contexts: Contexts): unknown =>
  typeof value === 'string' ? fill(value, contexts) : value

async function runSteps(job: Job, outer: Contexts, call: Call): Promise<LegEnd> {
  const place = makePlace(call.folder, call.workspace)
  const mayAsk = job.permissions?.['id-token'] === 'write'
  let env: Record<string, string> = { ...call.env, ...(mayAsk && call.oidc) }
  let log = ''
  let status: Status = 'success'
  const steps: Record<string, { outputs: StepEnd['outputs'] }> = {}
  const posts: (() => Promise<StepEnd>)[] = []
  for (const step of job.steps ?? []) {
    const contexts = { ...outer, steps, runner: { temp: place.temp }, env }
    if (!isWanted(step.if, contexts, status)) continue
    const ready = { ...step, with: fillAll(step.with, contexts), env: fillAll(step.env, contexts) }
    const ended = await runStep(ready, place, env)
    if (!ended.ok) status = 'failure'
    if (step.id) steps[step.id] = { outputs: ended.outputs }
    if (ended.post) posts.unshift(ended.post)
    env = { ...env, ...ended.env }
    log += ended.log
  }
  for (const post of posts) log += (await post()).log
  const outputs = fillAll(job.outputs, { ...outer, steps, runner: { temp: place.temp }, env })
  return { ok: status === 'success', outputs, log }
}
