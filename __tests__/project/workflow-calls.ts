import { parse } from 'yaml'
import { calledFile, type Job, type Permissions, readWorkflow, type Workflow } from './workflow-files.ts'

const permissionsOf = (job: Job): Permissions => (typeof job.permissions === 'object' ? job.permissions : {})

/** What a called workflow's jobs need together; GitHub refuses to start it where the caller grants less. */
function needsOf({ jobs }: Workflow): Permissions {
  const all = Object.values(jobs).flatMap(job => Object.entries(permissionsOf(job)))
  return Object.fromEntries(all.sort(([, one], [, other]) => one.localeCompare(other))) // `write` counts, after `read`
}

/** Where a workflow grants one that it calls less than that needs, or more, as sentences. */
export function findCallFaults(text: string): string[] {
  return Object.entries((parse(text) as Workflow).jobs).flatMap(([name, job]) => {
    const file = job.uses && calledFile(job.uses)
    if (!file) return []
    const [granted, needed] = [permissionsOf(job), needsOf(readWorkflow(file))]
    const names = new Set([...Object.keys(granted), ...Object.keys(needed)])
    const wrong = [...names].filter(each => granted[each] !== needed[each])
    return wrong.map(each => `${name} grants ${each}: ${granted[each]}, expected ${needed[each]}`)
  })
}
