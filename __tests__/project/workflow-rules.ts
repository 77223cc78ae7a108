import { parse } from 'yaml'
import { isOwnAction, type Job, outputsOf, type Workflow } from './workflow-files.ts'
import { findMissingPermissions } from './workflow-needs.ts'

/** An action of somebody else's stands at a commit, with its version beside it for people and for dependabot. */
const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
const OWN = /^\s*(?:- )?uses: (?:\.\/|org\/ami-action(?:\/[\w./-]+)?@v1$)/

/** What a workflow has against this project's rules, as sentences: least permissions, an end, pinned actions. */
export function findFaults(text: string): string[] {
  const workflow = parse(text) as Workflow
  return [
    ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['the workflow does not start from `permissions: {}`']),
    ...('pull_request_target' in (workflow.on ?? {}) ? ['the workflow gives its token to forks'] : []),
    ...(workflow.on?.workflow_call ? findInterfaceFaults(workflow) : []),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) => findJobFaults(job).map(fault => `${name} ${fault}`)),
    ...text.split('\n').flatMap(findLineFaults)
  ]
}

/** What others call is described, and no two calls of it get in each other's way. */
function findInterfaceFaults({ on, concurrency }: Workflow): string[] {
  const { inputs = {}, outputs = {} } = on?.workflow_call ?? {}
  const described = Object.entries({ ...inputs, ...outputs }).filter(([, { description }]) => !description)
  const untyped = Object.entries(inputs).filter(([, { type }]) => !type)
  // A group that the calling workflow has, too, would wait for itself.
  const isApart = concurrency?.group?.startsWith('ami-') && typeof concurrency['cancel-in-progress'] === 'boolean'
  return [
    ...described.map(([name]) => `${name} is not described`),
    ...untyped.map(([name]) => `${name} has no type`),
    ...(isApart ? [] : ['the workflow has no concurrency group of its own'])
  ]
}

function findJobFaults(job: Job): string[] {
  const keepsToken = job.steps?.some(
    step => step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false
  )
  return [
    ...(typeof job.permissions === 'object' ? [] : ['does not name its permissions']),
    ...(job['timeout-minutes'] || job.uses ? [] : ['has no timeout-minutes']),
    ...(keepsToken ? ['leaves its token in the checkout'] : []),
    ...(job.steps ?? []).flatMap(({ run }) => (run?.includes('${{') ? ['puts an expression into a script'] : [])),
    ...(typeof job.permissions === 'object' ? findMissingPermissions(job) : []),
    ...findUnknownOutputs(job)
  ]
}

/** The language service does not know which outputs an action has. */
function findUnknownOutputs(job: Job): string[] {
  const text = JSON.stringify(job)
  return (job.steps ?? []).flatMap(({ id, uses }) => {
    if (!id || !uses || !isOwnAction(uses)) return []
    const used = [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))].map(([, name = '']) => name)
    const known = outputsOf(uses)
    return [...new Set(used)]
      .filter(name => !known.includes(name))
      .map(name => `asks ${id} for ${name}, which it has not`)
  })
}

function findLineFaults(line: string, index: number): string[] {
  const isUnpinned = /^\s*(?:- )?uses:/.test(line) && !PINNED.test(line) && !OWN.test(line)
  return isUnpinned ? [`line ${index + 1} does not pin its action to a commit and a version`] : []
}
