import { parse } from 'yaml'

interface Step {
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Workflow {
  readonly permissions?: object | string
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
  readonly permissions?: object | string
  readonly 'timeout-minutes'?: number
  readonly steps?: readonly Step[]
}

/** An action of somebody else's stands at a commit, with its version beside it for people and for dependabot. */
const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
const OWN = /^\s*(?:- )?uses: (?:\.\/|org\/ami-action@v1$)/

/** What a workflow has against this project's rules, as sentences: least permissions, an end, pinned actions. */
export function findFaults(text: string): string[] {
  const { permissions, jobs } = parse(text) as Workflow
  return [
    ...(JSON.stringify(permissions) === '{}' ? [] : ['the workflow does not start from `permissions: {}`']),
    ...Object.entries(jobs).flatMap(([name, job]) => findJobFaults(job).map(fault => `${name} ${fault}`)),
    ...text.split('\n').flatMap(findLineFaults)
  ]
}

function findJobFaults(job: Job): string[] {
  const keepsToken = job.steps?.some(
    step => step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false
  )
  return [
    ...(typeof job.permissions === 'object' ? [] : ['does not name its permissions']),
    ...(job['timeout-minutes'] ? [] : ['has no timeout-minutes']),
    ...(keepsToken ? ['leaves its token in the checkout'] : [])
  ]
}

function findLineFaults(line: string, index: number): string[] {
  const isUnpinned = /^\s*(?:- )?uses:/.test(line) && !PINNED.test(line) && !OWN.test(line)
  return isUnpinned ? [`line ${index + 1} does not pin its action to a commit and a version`] : []
}
